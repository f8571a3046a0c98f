"""What commands do: one module per command or family, over what all of them work with."""
