"""What Docent costs: each figure beside its bare reference, measured in the same run."""
