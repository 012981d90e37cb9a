; stages: the grammar has no node for a whole one; its line stands for it
(from_instruction as: (image_alias) @name) @definition.stage

; arguments and variables
(arg_instruction . name: (unquoted_string) @name) @definition.variable
(env_pair name: (_) @name) @definition.variable
(label_pair key: (unquoted_string) @name) @definition.property

; docstrings
(comment) @comment

; images: a stage of before is one too
(from_instruction (image_spec name: (image_name) @module.from @reference.import))

; references; the grammar keeps the stage of `--from=` and the words of a shell to itself
(variable) @reference.identifier
