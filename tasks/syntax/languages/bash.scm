; functions
(function_definition name: (word) @name body: (_) @body) @definition.function

; variables of the script: what a function assigns is left out as local, though it need not be
(program (variable_assignment name: (variable_name) @name) @definition.variable)
(program (declaration_command (variable_assignment name: (variable_name) @name) @definition.variable))
(program (declaration_command "readonly"
  (variable_assignment name: (variable_name)) @definition.constant))

; docstrings
(comment) @comment

; imports
((command
  name: (command_name (word) @_name)
  . argument: [(word) (string) (raw_string) (concatenation)] @module.include)
  (#any-of? @_name "." "source"))

; references
(command name: (command_name (word) @reference.call))
(variable_name) @reference.identifier
