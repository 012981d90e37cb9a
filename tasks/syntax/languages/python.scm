; The pack's grammar drops `expression_statement`: assignments and strings stand in blocks as such.

; functions and classes; functions and variables of a class are its methods and fields: see `members`
(function_definition name: (identifier) @name body: (block) @body) @definition.function
(class_definition name: (identifier) @name body: (block) @body) @definition.class

; variables: those of functions are dropped as locals
(assignment
  left: [
    (identifier) @name
    (pattern_list [
      (identifier) @name
      (list_splat_pattern (identifier) @name)
      (tuple_pattern (identifier) @name)
    ])
    (tuple_pattern (identifier) @name)
    (list_pattern (identifier) @name)
  ]) @definition.variable
(assignment left: (identifier) right: (lambda body: (_) @body)) @definition.function
(type_alias_statement
  left: (type [(identifier) @name (generic_type (identifier) @name)])) @definition.type
(global_statement (identifier) @outer)
(nonlocal_statement (identifier) @outer)

; docstrings
(comment) @comment
(class_definition body: (block . (string) @doc))
(function_definition body: (block . (string) @doc))

; imports
(import_statement name: (dotted_name) @module.import)
(import_statement name: (aliased_import name: (dotted_name) @module.import))
(import_from_statement module_name: (_) @module.from)
(future_import_statement "__future__" @module.from)
(import_statement (dotted_name (identifier) @reference.import))
(import_from_statement (dotted_name (identifier) @reference.import))
(future_import_statement (dotted_name (identifier) @reference.import))
(relative_import (dotted_name (identifier) @reference.import))
(aliased_import (dotted_name (identifier) @reference.import))
(aliased_import alias: (identifier) @reference.import)

; references
(call
  function: [
    (identifier) @reference.call
    (attribute attribute: (identifier) @reference.call)
  ])
(decorator [
  (identifier) @reference.annotation
  (attribute attribute: (identifier) @reference.annotation)
  (call function: (identifier) @reference.annotation)
  (call function: (attribute attribute: (identifier) @reference.annotation))
])
(class_definition
  superclasses: (argument_list [
    (identifier) @reference.inherit
    (attribute attribute: (identifier) @reference.inherit)
    (subscript value: (identifier) @reference.inherit)
    (subscript value: (attribute attribute: (identifier) @reference.inherit))
  ]))
(type [
  (identifier) @reference.type
  (attribute attribute: (identifier) @reference.type)
  (generic_type (identifier) @reference.type)
  (subscript (attribute attribute: (identifier) @reference.type))
  (subscript (identifier) @reference.type)
])
(type (binary_operator [
  (identifier) @reference.type
  (attribute attribute: (identifier) @reference.type)
  (subscript (identifier) @reference.type)
  (binary_operator [
    (identifier) @reference.type
    (attribute attribute: (identifier) @reference.type)
    (subscript (identifier) @reference.type)
    (binary_operator (identifier) @reference.type)
  ])
]))
(class_pattern (dotted_name (identifier) @reference.type .))
(attribute attribute: (identifier) @reference.attribute)
(identifier) @reference.identifier
