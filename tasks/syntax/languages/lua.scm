; functions: the table that one is put into is its scope
(function_declaration name: [
  (identifier) @name
  (dot_index_expression table: (_) @scope field: (identifier) @name)
] body: (_)? @body) @definition.function
(function_declaration name: (method_index_expression
  table: (_) @scope method: (identifier) @name) body: (_)? @body) @definition.method

; functions under the name that they are bound to
(assignment_statement
  (variable_list . name: [
    (identifier) @name
    (dot_index_expression table: (_) @scope field: (identifier) @name)
  ])
  (expression_list . value: (function_definition body: (_)? @body))) @definition.function
(field name: (identifier) @name value: (function_definition body: (_)? @body)) @definition.method

; variables of the chunk, and what is put into its tables
(chunk (variable_declaration (assignment_statement
  (variable_list name: (identifier) @name)) @definition.variable))
(chunk (variable_declaration (variable_list name: (identifier) @name)) @definition.variable)
(chunk (assignment_statement (variable_list name: (identifier) @name)) @definition.variable)
(chunk (assignment_statement (variable_list
  . name: (dot_index_expression table: (_) @scope field: (identifier) @name))) @definition.field)
(chunk (variable_declaration (assignment_statement (expression_list
  (table_constructor (field name: (identifier) @name) @definition.field)))))

; docstrings
(comment) @comment

; imports
((function_call
  name: (identifier) @_name
  arguments: (arguments . (string (string_content) @module.require)))
  (#eq? @_name "require"))

; references
(function_call name: [
  (identifier) @reference.call
  (dot_index_expression field: (identifier) @reference.call)
  (method_index_expression method: (identifier) @reference.call)
])
(dot_index_expression field: (identifier) @reference.attribute)
(field name: (identifier) @reference.attribute)
(identifier) @reference.identifier
