; functions
(function_definition name: (word) @name body: (_) @body) @definition.function

; variables of the script, also in statements, about two around each other (a function has a name, and so
; has a command); what a function assigns is left out as local, though it need not be
(declaration_command "readonly" (variable_assignment) @definition.constant)
(program [
  (variable_assignment name: (variable_name) @name) @definition.variable
  (_ !name [
    (variable_assignment name: (variable_name) @name) @definition.variable
    (_ !name [
      (variable_assignment name: (variable_name) @name) @definition.variable
      (_ !name [
        (variable_assignment name: (variable_name) @name) @definition.variable
        (_ !name (variable_assignment name: (variable_name) @name) @definition.variable)
      ])
    ])
  ])
])

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
