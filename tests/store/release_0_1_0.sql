BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE answers (
	question_id VARCHAR NOT NULL, 
	person VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	option INTEGER, 
	text TEXT NOT NULL, 
	withdrawn BOOLEAN NOT NULL, 
	at DATETIME NOT NULL, 
	PRIMARY KEY (question_id, person), 
	FOREIGN KEY(question_id) REFERENCES questions (id)
);
INSERT INTO "answers" VALUES('4q9cds87cmlz98zhs2z6q507','sim/ada','text',NULL,'6x',0,'2026-11-22 14:32:32.201246');
CREATE TABLE assistants (
	id VARCHAR NOT NULL, 
	workspace_id VARCHAR, 
	body JSON NOT NULL, 
	version INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	deleted_at DATETIME, 
	PRIMARY KEY (id), 
	FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);
INSERT INTO "assistants" VALUES('asst_tutor',NULL,'{"name": "Tutor", "description": "A patient tutor for any subject.", "instructions": "You are a patient tutor. Answer briefly. When a learner is stuck, ask what they have tried and give one hint at a time; give the full solution when they insist or when the question is a plain calculation. Answer in the learner''s language. Write formulas between \\( and \\). When a quiz or practice is asked for, call display_quiz, then give feedback on each response. Use ask_person when you need to know one thing before you can go on.", "tools": [{"type": "function", "function": {"name": "display_quiz", "description": "Displays a quiz to the student, and returns the student''s responses in order. A single quiz can have multiple questions.", "parameters": {"type": "object", "properties": {"title": {"type": "string"}, "questions": {"type": "array", "description": "An array of questions, each with a text and potentially choices (if multiple choice).", "items": {"type": "object", "properties": {"question_text": {"type": "string"}, "question_type": {"type": "string", "enum": ["MULTIPLE_CHOICE", "FREE_RESPONSE"]}, "choices": {"type": "array", "items": {"type": "string"}}}, "required": ["question_text"]}}}, "required": ["title", "questions"]}, "strict": false}}, {"type": "function", "function": {"name": "ask_person", "description": "Asks the person one question and returns the response, for example which topic to practise. Give choices where few answers make sense.", "parameters": {"type": "object", "properties": {"question": {"type": "string"}, "choices": {"type": "array", "items": {"type": "string"}}}, "required": ["question"]}, "strict": false}}]}',1,'2026-11-22 14:32:31.524471',NULL);
CREATE TABLE audit (
	id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	workspace_id VARCHAR, 
	who VARCHAR NOT NULL, 
	what VARCHAR NOT NULL, 
	"before" JSON, 
	"after" JSON, 
	PRIMARY KEY (id)
);
CREATE TABLE bindings (
	scope_key VARCHAR NOT NULL, 
	thread_id VARCHAR NOT NULL, 
	PRIMARY KEY (scope_key), 
	FOREIGN KEY(thread_id) REFERENCES threads (id)
);
INSERT INTO "bindings" VALUES('sim:solved','thread_ye9taml1b7kjaqyhxuswd0wu');
INSERT INTO "bindings" VALUES('sim:quiz','thread_s7n19xgehzkoyyfpo1cc8hsu');
INSERT INTO "bindings" VALUES('sim:failed','thread_9n9x4sp8qcz3q5goe3l69xe6');
INSERT INTO "bindings" VALUES('sim:doubt','thread_o7xh1u5hjgmgye9bbuspy5hu');
CREATE TABLE deliveries (
	slot VARCHAR NOT NULL, 
	run_id VARCHAR NOT NULL, 
	slot_no INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	place_id VARCHAR NOT NULL, 
	place JSON NOT NULL, 
	"view" JSON NOT NULL, 
	view_version INTEGER NOT NULL, 
	shown_version INTEGER NOT NULL, 
	state VARCHAR NOT NULL, 
	ref JSON, 
	intent_at DATETIME, 
	tried_at DATETIME, 
	reposts INTEGER NOT NULL, 
	attempts INTEGER NOT NULL, 
	not_before DATETIME, 
	sweep_at DATETIME, 
	PRIMARY KEY (slot), 
	FOREIGN KEY(run_id) REFERENCES runs (id), 
	UNIQUE (run_id, slot_no)
);
INSERT INTO "deliveries" VALUES('v2x9yibhqh62tj','run_65rpsbj2pe2vqulka00kghzm',0,1,'sim:solved','{"platform": "sim", "workspace": "sim:one", "key": "solved", "direct": false, "parent": "channel"}','{"kind": "reply", "text": "Subtract 11, then divide by 3: \\( x = \\frac{3}{3} = 1 \\).", "steps": [], "actions": [], "live": false, "note": ""}',2,2,'sent','{"platform": "sim", "key": "m1"}','2026-11-22 14:32:31.748611','2026-11-22 14:32:31.748611',0,1,NULL,NULL);
INSERT INTO "deliveries" VALUES('naxcj9ro8930k3','run_mgeiiz520ay1136rvbae2bm0',0,2,'sim:quiz','{"platform": "sim", "workspace": "sim:one", "key": "quiz", "direct": false, "parent": "channel"}','{"kind": "reply", "text": "Here is your quiz.", "steps": [], "actions": [], "live": false, "note": ""}',2,2,'sent','{"platform": "sim", "key": "m2"}','2026-11-22 14:32:32.114908','2026-11-22 14:32:32.114908',0,1,NULL,NULL);
INSERT INTO "deliveries" VALUES('yqj81ol3rsr9xe','run_mgeiiz520ay1136rvbae2bm0',1,3,'sim:quiz','{"platform": "sim", "workspace": "sim:one", "key": "quiz", "direct": false, "parent": "channel"}','{"kind": "quiz", "title": "Math Quiz", "answered": [{"text": "1. What is the derivative of 3x^2? \u2014 6x", "change": {"token": "g.4q9cds87cmlz98zhs2z6q507", "label": "Change", "style": "plain", "form": false}}], "question": {"id": "vvnxihz61avnh8qfmld3fyx2", "number": 2, "total": 2, "text": "What is the value of \\( \\int_0^1 2x \\, dx \\)?", "choices": [{"letter": "A", "text": "0", "token": "c.vvnxihz61avnh8qfmld3fyx2.0"}, {"letter": "B", "text": "1", "token": "c.vvnxihz61avnh8qfmld3fyx2.1"}, {"letter": "C", "text": "2", "token": "c.vvnxihz61avnh8qfmld3fyx2.2"}, {"letter": "D", "text": "3", "token": "c.vvnxihz61avnh8qfmld3fyx2.3"}], "actions": [{"token": "u.vvnxihz61avnh8qfmld3fyx2", "label": "I don''t know", "style": "plain", "form": false}, {"token": "s.vvnxihz61avnh8qfmld3fyx2", "label": "Skip", "style": "plain", "form": false}], "closes_at": "2026-11-23T14:32:32.114565Z"}, "note": ""}',2,2,'sent','{"platform": "sim", "key": "m3"}','2026-11-22 14:32:32.158805','2026-11-22 14:32:32.158805',0,1,NULL,NULL);
INSERT INTO "deliveries" VALUES('wmms4vnedg078l','run_2s42s5ux52ti0ac6nrx2pgrs',0,4,'sim:failed','{"platform": "sim", "workspace": "sim:one", "key": "failed", "direct": false, "parent": "channel"}','{"kind": "notice", "tone": "problem", "text": "The tutor is unavailable at the moment.", "actions": [{"token": "r.run_2s42s5ux52ti0ac6nrx2pgrs", "label": "Try again", "style": "primary", "form": false}]}',3,3,'sent','{"platform": "sim", "key": "m4"}','2026-11-22 14:32:32.412950','2026-11-22 14:32:32.412950',0,1,NULL,NULL);
INSERT INTO "deliveries" VALUES('lt95bby7ttxwqi','run_x2u5n760rml7vlnxikefpqqh',0,5,'sim:doubt','{"platform": "sim", "workspace": "sim:one", "key": "doubt", "direct": false, "parent": "channel"}','{"kind": "reply", "text": "", "steps": [], "actions": [{"token": "x.run_x2u5n760rml7vlnxikefpqqh", "label": "Stop", "style": "danger", "form": false}], "live": true, "note": ""}',1,0,'sending',NULL,'2026-11-22 14:32:32.561072','2026-11-22 14:32:32.561072',0,1,NULL,NULL);
CREATE TABLE events (
	"key" VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	thread_id VARCHAR, 
	run_id VARCHAR, 
	received_at DATETIME NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "events" VALUES('sim:message:1','mention','thread_ye9taml1b7kjaqyhxuswd0wu','run_65rpsbj2pe2vqulka00kghzm','2026-11-22 14:32:31.556828');
INSERT INTO "events" VALUES('sim:message:2','mention','thread_s7n19xgehzkoyyfpo1cc8hsu','run_mgeiiz520ay1136rvbae2bm0','2026-11-22 14:32:31.985523');
INSERT INTO "events" VALUES('sim:form:3','answer',NULL,NULL,'2026-11-22 14:32:32.199528');
INSERT INTO "events" VALUES('sim:message:4','mention','thread_9n9x4sp8qcz3q5goe3l69xe6','run_2s42s5ux52ti0ac6nrx2pgrs','2026-11-22 14:32:32.310444');
INSERT INTO "events" VALUES('sim:message:5','mention','thread_o7xh1u5hjgmgye9bbuspy5hu','run_x2u5n760rml7vlnxikefpqqh','2026-11-22 14:32:32.505118');
CREATE TABLE items (
	id INTEGER NOT NULL, 
	run_id VARCHAR NOT NULL, 
	round INTEGER NOT NULL, 
	idx INTEGER NOT NULL, 
	type VARCHAR NOT NULL, 
	call_id VARCHAR, 
	body JSON NOT NULL, 
	status VARCHAR NOT NULL, 
	source_key VARCHAR, 
	created_at DATETIME NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(run_id) REFERENCES runs (id), 
	UNIQUE (run_id, round, idx), 
	UNIQUE (source_key)
);
INSERT INTO "items" VALUES(1,'run_65rpsbj2pe2vqulka00kghzm',0,0,'message',NULL,'{"type": "message", "role": "user", "content": "I need to solve 3x + 11 = 14."}','completed','sim:message:1','2026-11-22 14:32:31.556828');
INSERT INTO "items" VALUES(2,'run_65rpsbj2pe2vqulka00kghzm',1,0,'message',NULL,'{"id": "msg_000001000", "type": "message", "role": "assistant", "status": "completed", "content": [{"type": "output_text", "text": "Subtract 11, then divide by 3: \\( x = \\frac{3}{3} = 1 \\).", "annotations": [], "logprobs": []}]}','completed',NULL,'2026-11-22 14:32:31.935921');
INSERT INTO "items" VALUES(3,'run_mgeiiz520ay1136rvbae2bm0',0,0,'message',NULL,'{"type": "message", "role": "user", "content": "Quiz me"}','completed','sim:message:2','2026-11-22 14:32:31.985523');
INSERT INTO "items" VALUES(4,'run_mgeiiz520ay1136rvbae2bm0',1,0,'message',NULL,'{"id": "msg_000002000", "type": "message", "role": "assistant", "status": "completed", "content": [{"type": "output_text", "text": "Here is your quiz.", "annotations": [], "logprobs": []}]}','completed',NULL,'2026-11-22 14:32:32.114565');
INSERT INTO "items" VALUES(5,'run_mgeiiz520ay1136rvbae2bm0',1,1,'function_call','call_1','{"id": "fc_000002001", "type": "function_call", "status": "completed", "call_id": "call_1", "name": "display_quiz", "arguments": "{\"title\": \"Math Quiz\", \"questions\": [{\"question_text\": \"What is the derivative of 3x^2?\", \"question_type\": \"FREE_RESPONSE\"}, {\"question_text\": \"What is the value of \\\\( \\\\int_0^1 2x \\\\, dx \\\\)?\", \"question_type\": \"MULTIPLE_CHOICE\", \"choices\": [\"0\", \"1\", \"2\", \"3\"]}]}"}','completed',NULL,'2026-11-22 14:32:32.114565');
INSERT INTO "items" VALUES(6,'run_2s42s5ux52ti0ac6nrx2pgrs',0,0,'message',NULL,'{"type": "message", "role": "user", "content": "Hello?"}','completed','sim:message:4','2026-11-22 14:32:32.310444');
INSERT INTO "items" VALUES(7,'run_x2u5n760rml7vlnxikefpqqh',0,0,'message',NULL,'{"type": "message", "role": "user", "content": "Hello again?"}','completed','sim:message:5','2026-11-22 14:32:32.505118');
CREATE TABLE places (
	id VARCHAR NOT NULL, 
	workspace_id VARCHAR NOT NULL, 
	parent_id VARCHAR, 
	assistant_id VARCHAR, 
	settings JSON NOT NULL, 
	created_at DATETIME NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);
INSERT INTO "places" VALUES('sim:solved','sim:one','sim:channel',NULL,'{}','2026-11-22 14:32:31.556828');
INSERT INTO "places" VALUES('sim:quiz','sim:one','sim:channel',NULL,'{}','2026-11-22 14:32:31.985523');
INSERT INTO "places" VALUES('sim:failed','sim:one','sim:channel',NULL,'{}','2026-11-22 14:32:32.310444');
INSERT INTO "places" VALUES('sim:doubt','sim:one','sim:channel',NULL,'{}','2026-11-22 14:32:32.505118');
CREATE TABLE questions (
	id VARCHAR NOT NULL, 
	tool_call_id VARCHAR NOT NULL, 
	run_id VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	kind VARCHAR NOT NULL, 
	title TEXT NOT NULL, 
	text TEXT NOT NULL, 
	options JSON NOT NULL, 
	audience VARCHAR NOT NULL, 
	asker VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	closes_at DATETIME NOT NULL, 
	slot_no INTEGER, 
	PRIMARY KEY (id), 
	FOREIGN KEY(run_id) REFERENCES runs (id), 
	FOREIGN KEY(tool_call_id) REFERENCES tool_calls (id), 
	UNIQUE (tool_call_id, position)
);
INSERT INTO "questions" VALUES('4q9cds87cmlz98zhs2z6q507','call_py9nrak025a5ekc7w6e2n6at','run_mgeiiz520ay1136rvbae2bm0',0,'text','Math Quiz','What is the derivative of 3x^2?','[]','asker','sim/ada','open','2026-11-23 14:32:32.114565',1);
INSERT INTO "questions" VALUES('vvnxihz61avnh8qfmld3fyx2','call_py9nrak025a5ekc7w6e2n6at','run_mgeiiz520ay1136rvbae2bm0',1,'choice','Math Quiz','What is the value of \( \int_0^1 2x \, dx \)?','["0", "1", "2", "3"]','asker','sim/ada','open','2026-11-23 14:32:32.114565',1);
CREATE TABLE runs (
	id VARCHAR NOT NULL, 
	thread_id VARCHAR NOT NULL, 
	turn INTEGER NOT NULL, 
	round INTEGER NOT NULL, 
	status VARCHAR NOT NULL, 
	asker_scope VARCHAR NOT NULL, 
	asker_user VARCHAR NOT NULL, 
	place_id VARCHAR NOT NULL, 
	place JSON NOT NULL, 
	snapshot JSON, 
	first_round INTEGER NOT NULL, 
	first_slot INTEGER NOT NULL, 
	usage JSON NOT NULL, 
	last_error JSON, 
	incomplete_details JSON, 
	attempts INTEGER NOT NULL, 
	not_before DATETIME, 
	expires_at DATETIME, 
	supersedes VARCHAR, 
	metadata JSON NOT NULL, 
	created_at DATETIME NOT NULL, 
	started_at DATETIME, 
	finished_at DATETIME, 
	PRIMARY KEY (id), 
	FOREIGN KEY(thread_id) REFERENCES threads (id), 
	UNIQUE (thread_id, turn)
);
INSERT INTO "runs" VALUES('run_65rpsbj2pe2vqulka00kghzm','thread_ye9taml1b7kjaqyhxuswd0wu',1,1,'completed','sim','ada','sim:solved','{"platform": "sim", "workspace": "sim:one", "key": "solved", "direct": false, "parent": "channel"}','{"assistant_id": "asst_tutor", "name": "Tutor", "version": 1, "instructions": "You are a patient tutor. Answer briefly. When a learner is stuck, ask what they have tried and give one hint at a time; give the full solution when they insist or when the question is a plain calculation. Answer in the learner''s language. Write formulas between \\( and \\). When a quiz or practice is asked for, call display_quiz, then give feedback on each response. Use ask_person when you need to know one thing before you can go on.", "model": "model-1", "tools": [{"type": "function", "name": "display_quiz", "description": "Displays a quiz to the student, and returns the student''s responses in order. A single quiz can have multiple questions.", "parameters": {"type": "object", "properties": {"title": {"type": "string"}, "questions": {"type": "array", "description": "An array of questions, each with a text and potentially choices (if multiple choice).", "items": {"type": "object", "properties": {"question_text": {"type": "string"}, "question_type": {"type": "string", "enum": ["MULTIPLE_CHOICE", "FREE_RESPONSE"]}, "choices": {"type": "array", "items": {"type": "string"}}}, "required": ["question_text"]}}}, "required": ["title", "questions"]}, "strict": false}, {"type": "function", "name": "ask_person", "description": "Asks the person one question and returns the response, for example which topic to practise. Give choices where few answers make sense.", "parameters": {"type": "object", "properties": {"question": {"type": "string"}, "choices": {"type": "array", "items": {"type": "string"}}}, "required": ["question"]}, "strict": false}], "temperature": null, "top_p": null, "provider": "http://127.0.0.1:32805/v1"}',1,0,'{"reasoning_tokens": 5, "output_tokens": 20, "input_tokens": 100, "cached_tokens": 40, "total_tokens": 120}',NULL,NULL,0,NULL,NULL,NULL,'{}','2026-11-22 14:32:31.556828','2026-11-22 14:32:31.646985','2026-11-22 14:32:31.935921');
INSERT INTO "runs" VALUES('run_mgeiiz520ay1136rvbae2bm0','thread_s7n19xgehzkoyyfpo1cc8hsu',1,1,'requires_action','sim','ada','sim:quiz','{"platform": "sim", "workspace": "sim:one", "key": "quiz", "direct": false, "parent": "channel"}','{"assistant_id": "asst_tutor", "name": "Tutor", "version": 1, "instructions": "You are a patient tutor. Answer briefly. When a learner is stuck, ask what they have tried and give one hint at a time; give the full solution when they insist or when the question is a plain calculation. Answer in the learner''s language. Write formulas between \\( and \\). When a quiz or practice is asked for, call display_quiz, then give feedback on each response. Use ask_person when you need to know one thing before you can go on.", "model": "model-1", "tools": [{"type": "function", "name": "display_quiz", "description": "Displays a quiz to the student, and returns the student''s responses in order. A single quiz can have multiple questions.", "parameters": {"type": "object", "properties": {"title": {"type": "string"}, "questions": {"type": "array", "description": "An array of questions, each with a text and potentially choices (if multiple choice).", "items": {"type": "object", "properties": {"question_text": {"type": "string"}, "question_type": {"type": "string", "enum": ["MULTIPLE_CHOICE", "FREE_RESPONSE"]}, "choices": {"type": "array", "items": {"type": "string"}}}, "required": ["question_text"]}}}, "required": ["title", "questions"]}, "strict": false}, {"type": "function", "name": "ask_person", "description": "Asks the person one question and returns the response, for example which topic to practise. Give choices where few answers make sense.", "parameters": {"type": "object", "properties": {"question": {"type": "string"}, "choices": {"type": "array", "items": {"type": "string"}}}, "required": ["question"]}, "strict": false}], "temperature": null, "top_p": null, "provider": "http://127.0.0.1:32805/v1"}',1,0,'{"reasoning_tokens": 5, "output_tokens": 20, "input_tokens": 100, "cached_tokens": 40, "total_tokens": 120}',NULL,NULL,0,NULL,'2026-11-23 14:32:32.114565',NULL,'{}','2026-11-22 14:32:31.985523','2026-11-22 14:32:32.036470',NULL);
INSERT INTO "runs" VALUES('run_2s42s5ux52ti0ac6nrx2pgrs','thread_9n9x4sp8qcz3q5goe3l69xe6',1,1,'failed','sim','ada','sim:failed','{"platform": "sim", "workspace": "sim:one", "key": "failed", "direct": false, "parent": "channel"}','{"assistant_id": "asst_tutor", "name": "Tutor", "version": 1, "instructions": "You are a patient tutor. Answer briefly. When a learner is stuck, ask what they have tried and give one hint at a time; give the full solution when they insist or when the question is a plain calculation. Answer in the learner''s language. Write formulas between \\( and \\). When a quiz or practice is asked for, call display_quiz, then give feedback on each response. Use ask_person when you need to know one thing before you can go on.", "model": "model-1", "tools": [{"type": "function", "name": "display_quiz", "description": "Displays a quiz to the student, and returns the student''s responses in order. A single quiz can have multiple questions.", "parameters": {"type": "object", "properties": {"title": {"type": "string"}, "questions": {"type": "array", "description": "An array of questions, each with a text and potentially choices (if multiple choice).", "items": {"type": "object", "properties": {"question_text": {"type": "string"}, "question_type": {"type": "string", "enum": ["MULTIPLE_CHOICE", "FREE_RESPONSE"]}, "choices": {"type": "array", "items": {"type": "string"}}}, "required": ["question_text"]}}}, "required": ["title", "questions"]}, "strict": false}, {"type": "function", "name": "ask_person", "description": "Asks the person one question and returns the response, for example which topic to practise. Give choices where few answers make sense.", "parameters": {"type": "object", "properties": {"question": {"type": "string"}, "choices": {"type": "array", "items": {"type": "string"}}}, "required": ["question"]}, "strict": false}], "temperature": null, "top_p": null, "provider": "http://127.0.0.1:32805/v1"}',1,0,'{}','{"code": "unavailable"}',NULL,1,NULL,NULL,NULL,'{}','2026-11-22 14:32:32.310444','2026-11-22 14:32:32.367641','2026-11-22 14:32:32.424995');
INSERT INTO "runs" VALUES('run_x2u5n760rml7vlnxikefpqqh','thread_o7xh1u5hjgmgye9bbuspy5hu',1,1,'in_progress','sim','ada','sim:doubt','{"platform": "sim", "workspace": "sim:one", "key": "doubt", "direct": false, "parent": "channel"}','{"assistant_id": "asst_tutor", "name": "Tutor", "version": 1, "instructions": "You are a patient tutor. Answer briefly. When a learner is stuck, ask what they have tried and give one hint at a time; give the full solution when they insist or when the question is a plain calculation. Answer in the learner''s language. Write formulas between \\( and \\). When a quiz or practice is asked for, call display_quiz, then give feedback on each response. Use ask_person when you need to know one thing before you can go on.", "model": "model-1", "tools": [{"type": "function", "name": "display_quiz", "description": "Displays a quiz to the student, and returns the student''s responses in order. A single quiz can have multiple questions.", "parameters": {"type": "object", "properties": {"title": {"type": "string"}, "questions": {"type": "array", "description": "An array of questions, each with a text and potentially choices (if multiple choice).", "items": {"type": "object", "properties": {"question_text": {"type": "string"}, "question_type": {"type": "string", "enum": ["MULTIPLE_CHOICE", "FREE_RESPONSE"]}, "choices": {"type": "array", "items": {"type": "string"}}}, "required": ["question_text"]}}}, "required": ["title", "questions"]}, "strict": false}, {"type": "function", "name": "ask_person", "description": "Asks the person one question and returns the response, for example which topic to practise. Give choices where few answers make sense.", "parameters": {"type": "object", "properties": {"question": {"type": "string"}, "choices": {"type": "array", "items": {"type": "string"}}}, "required": ["question"]}, "strict": false}], "temperature": null, "top_p": null, "provider": "http://127.0.0.1:32805/v1"}',1,0,'{}',NULL,NULL,1,NULL,'2026-11-22 14:42:32.536864',NULL,'{}','2026-11-22 14:32:32.505118','2026-11-22 14:32:32.536864',NULL);
CREATE TABLE steps (
	id VARCHAR NOT NULL, 
	run_id VARCHAR NOT NULL, 
	round INTEGER NOT NULL, 
	idx INTEGER NOT NULL, 
	type VARCHAR NOT NULL, 
	status VARCHAR NOT NULL, 
	details JSON NOT NULL, 
	created_at DATETIME NOT NULL, 
	completed_at DATETIME, 
	PRIMARY KEY (id), 
	FOREIGN KEY(run_id) REFERENCES runs (id), 
	UNIQUE (run_id, round, idx)
);
INSERT INTO "steps" VALUES('step_scdjf7kdkn2v303o41us7pfs','run_65rpsbj2pe2vqulka00kghzm',1,0,'message_creation','completed','{}','2026-11-22 14:32:31.934978','2026-11-22 14:32:31.935921');
INSERT INTO "steps" VALUES('step_thu2syvp6k7nopxa5iwtxphh','run_mgeiiz520ay1136rvbae2bm0',1,0,'message_creation','completed','{}','2026-11-22 14:32:32.113256','2026-11-22 14:32:32.114565');
INSERT INTO "steps" VALUES('step_tcahszi0643htlm0govmd3k8','run_mgeiiz520ay1136rvbae2bm0',1,1,'tool_calls','in_progress','{"call_id": "call_1", "name": "display_quiz"}','2026-11-22 14:32:32.113756',NULL);
CREATE TABLE threads (
	id VARCHAR NOT NULL, 
	workspace_id VARCHAR NOT NULL, 
	next_turn INTEGER NOT NULL, 
	epoch INTEGER NOT NULL, 
	ready BOOLEAN NOT NULL, 
	owner VARCHAR, 
	lease_until DATETIME, 
	metadata JSON NOT NULL, 
	created_at DATETIME NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(workspace_id) REFERENCES workspaces (id)
);
INSERT INTO "threads" VALUES('thread_ye9taml1b7kjaqyhxuswd0wu','sim:one',2,1,0,NULL,NULL,'{}','2026-11-22 14:32:31.556828');
INSERT INTO "threads" VALUES('thread_s7n19xgehzkoyyfpo1cc8hsu','sim:one',2,1,0,NULL,NULL,'{}','2026-11-22 14:32:31.985523');
INSERT INTO "threads" VALUES('thread_9n9x4sp8qcz3q5goe3l69xe6','sim:one',2,1,0,NULL,NULL,'{}','2026-11-22 14:32:32.310444');
INSERT INTO "threads" VALUES('thread_o7xh1u5hjgmgye9bbuspy5hu','sim:one',2,1,1,'engine_l5cf9t714bzw6f6pl91n4xim','2026-11-22 14:47:32.524791','{}','2026-11-22 14:32:32.505118');
CREATE TABLE tool_calls (
	id VARCHAR NOT NULL, 
	run_id VARCHAR NOT NULL, 
	round INTEGER NOT NULL, 
	idx INTEGER NOT NULL, 
	call_id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	arguments TEXT NOT NULL, 
	state VARCHAR NOT NULL, 
	output TEXT, 
	created_at DATETIME NOT NULL, 
	completed_at DATETIME, 
	PRIMARY KEY (id), 
	FOREIGN KEY(run_id) REFERENCES runs (id), 
	UNIQUE (run_id, call_id)
);
INSERT INTO "tool_calls" VALUES('call_py9nrak025a5ekc7w6e2n6at','run_mgeiiz520ay1136rvbae2bm0',1,1,'call_1','display_quiz','{"title": "Math Quiz", "questions": [{"question_text": "What is the derivative of 3x^2?", "question_type": "FREE_RESPONSE"}, {"question_text": "What is the value of \\( \\int_0^1 2x \\, dx \\)?", "question_type": "MULTIPLE_CHOICE", "choices": ["0", "1", "2", "3"]}]}','waiting',NULL,'2026-11-22 14:32:32.114053',NULL);
CREATE TABLE workspaces (
	id VARCHAR NOT NULL, 
	assistant_id VARCHAR, 
	settings JSON NOT NULL, 
	created_at DATETIME NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "workspaces" VALUES('sim:one',NULL,'{}','2026-11-22 14:32:31.556828');
CREATE INDEX threads_leased ON threads (lease_until) WHERE owner IS NOT NULL;
CREATE INDEX threads_ready ON threads (id) WHERE ready;
CREATE UNIQUE INDEX runs_executing ON runs (thread_id) WHERE status IN ('in_progress', 'cancelling');
CREATE INDEX runs_expiring ON runs (expires_at) WHERE status IN ('queued', 'requires_action');
CREATE INDEX runs_queued ON runs (thread_id, turn) WHERE status = 'queued';
CREATE INDEX deliveries_seq ON deliveries (seq);
CREATE INDEX deliveries_stale ON deliveries (place_id) WHERE state = 'sent' AND shown_version < view_version;
CREATE INDEX deliveries_sweep ON deliveries (sweep_at) WHERE state = 'sent' AND sweep_at IS NOT NULL;
CREATE INDEX deliveries_unsettled ON deliveries (place_id, seq) WHERE state IN ('new', 'sending', 'doubt');
CREATE INDEX questions_open ON questions (closes_at) WHERE state = 'open';
CREATE INDEX questions_run ON questions (run_id);
COMMIT;
