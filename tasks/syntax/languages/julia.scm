(module_definition name: (identifier) @name) @definition.module

; types
(abstract_definition (type_head [
  (identifier) @name
  (parametrized_type_expression . (identifier) @name)
  (binary_expression . [
    (identifier) @name
    (parametrized_type_expression . (identifier) @name)
  ])
])) @definition.type
(primitive_definition (type_head [
  (identifier) @name
  (binary_expression . (identifier) @name)
])) @definition.type
(struct_definition (type_head [
  (identifier) @name
  (parametrized_type_expression . (identifier) @name)
  (binary_expression . [
    (identifier) @name
    (parametrized_type_expression . (identifier) @name)
  ])
]) (block)? @body) @definition.struct
(struct_definition (block [
  (identifier) @name @definition.field
  (typed_expression . (identifier) @name) @definition.field
  (assignment . [(identifier) @name (typed_expression . (identifier) @name)]) @definition.field
]))

; functions, in long form and as an equation; a qualifier is the scope
(function_definition (signature [
  (identifier) @name
  (call_expression . (identifier) @name)
  (call_expression . (operator) @name)
  (call_expression . (field_expression value: (_) @scope (identifier) @name .))
  (typed_expression . (call_expression . (identifier) @name))
  (where_expression . (call_expression . [
    (identifier) @name
    (field_expression value: (_) @scope (identifier) @name .)
  ]))
  (where_expression . (typed_expression . (call_expression . (identifier) @name)))
]) (block)? @body) @definition.function
(assignment . [
  (call_expression . (identifier) @name)
  (call_expression . (operator) @name)
  (call_expression . (field_expression value: (_) @scope (identifier) @name .))
  (typed_expression . (call_expression . (identifier) @name))
  (where_expression . (call_expression . (identifier) @name))
] . (operator) @body) @definition.function
(macro_definition (signature (call_expression . (identifier) @name)) (block)? @body)
  @definition.macro

; constants, and variables of a module or a script
(const_statement (assignment . [
  (identifier) @name
  (typed_expression . (identifier) @name)
  (parametrized_type_expression . (identifier) @name)
])) @definition.constant
(source_file (assignment . [
  (identifier) @name
  (open_tuple (identifier) @name)
]) @definition.variable)
(module_definition (block (assignment . [
  (identifier) @name
  (open_tuple (identifier) @name)
]) @definition.variable))
(global_statement (assignment . (identifier) @name)) @definition.variable
(global_statement [
  (identifier) @outer
  (open_tuple (identifier) @outer)
  (assignment . (identifier) @outer)
])

; enums, which a macro makes
((macrocall_expression
  (macro_identifier (identifier) @_macro)
  (macro_argument_list . (identifier) @name)) @definition.enum
  (#eq? @_macro "enum"))
((macrocall_expression
  (macro_identifier (identifier) @_macro)
  (macro_argument_list . (_) (identifier) @name @definition.enumerator))
  (#eq? @_macro "enum"))

; docstrings stand above their definition, as comments may
(line_comment) @comment
(block_comment) @comment
(source_file (string_literal) @comment)
(module_definition (block (string_literal) @comment))

; imports
(using_statement [(identifier) (import_path)] @module.use)
(import_statement [(identifier) (import_path)] @module.import)
(using_statement (selected_import . (_) @module.use))
(import_statement (selected_import . (_) @module.import))
(using_statement (import_alias . (_) @module.use))
(import_statement (import_alias . (_) @module.import))
((call_expression
  . (identifier) @_function (argument_list . (string_literal (content) @module.include)))
  (#eq? @_function "include"))
(using_statement (identifier) @reference.import)
(import_statement (identifier) @reference.import)
(selected_import (identifier) @reference.import)
(import_alias (identifier) @reference.import)
(import_path (identifier) @reference.import .)

; references
(call_expression . [
  (identifier) @reference.call
  (field_expression (identifier) @reference.call .)
  (parametrized_type_expression . (identifier) @reference.call)
])
(broadcast_call_expression . (identifier) @reference.call)
(macro_identifier (identifier) @reference.call)
(type_head (binary_expression (_) (_) . [
  (identifier) @reference.inherit
  (parametrized_type_expression . (identifier) @reference.inherit)
  (field_expression (identifier) @reference.inherit .)
]))
(typed_expression (_) . [
  (identifier) @reference.type
  (parametrized_type_expression . (identifier) @reference.type)
])
(curly_expression (identifier) @reference.type)
(field_expression (_) (identifier) @reference.attribute .)
(identifier) @reference.identifier
