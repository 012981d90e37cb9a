; the clause alone is the package's node: it is nobody's scope
(package_clause (package_identifier) @name) @definition.package

; functions and methods: the receiver's type is the scope; what is called `_` has no name
((function_declaration name: (identifier) @name body: (block)? @body) @definition.function
  (#not-eq? @name "_"))
((method_declaration name: (field_identifier) @name body: (block)? @body) @definition.method
  (#not-eq? @name "_"))
(method_declaration
  receiver: (parameter_list
    (parameter_declaration
      type: [
        (type_identifier) @scope
        (generic_type type: (type_identifier) @scope)
        (parenthesized_type (type_identifier) @scope)
        (pointer_type [
          (type_identifier) @scope
          (generic_type type: (type_identifier) @scope)
          (parenthesized_type (type_identifier) @scope)
        ])
      ])))

; types
([(type_spec name: (type_identifier) @name) (type_alias name: (type_identifier) @name)]
  @definition.type
  (#not-eq? @name "_"))
(type_spec type: (struct_type (field_declaration_list) @body)) @definition.struct
(type_spec type: (interface_type "{" @body)) @definition.interface

; members: an embedded type names its field
(method_elem name: (field_identifier) @name) @definition.method
((field_declaration name: (field_identifier) @name) @definition.field (#not-eq? @name "_"))
(field_declaration
  !name
  type: [
    (type_identifier) @name
    (qualified_type name: (type_identifier) @name)
    (generic_type type: (type_identifier) @name)
    (generic_type type: (qualified_type name: (type_identifier) @name))
  ]) @definition.field

; constants and variables of the package: those inside of function literals are locals
((source_file (const_declaration (const_spec (identifier) @name) @definition.constant))
  (#not-eq? @name "_"))
((source_file
  (var_declaration [
    (var_spec (identifier) @name) @definition.variable
    (var_spec_list (var_spec (identifier) @name) @definition.variable)
  ]))
  (#not-eq? @name "_"))
(source_file
  (var_declaration [
    (var_spec
      value: (expression_list . (func_literal body: (block) @body) .)) @definition.function
    (var_spec_list (var_spec
      value: (expression_list . (func_literal body: (block) @body) .)) @definition.function)
  ]))

; docstrings
(comment) @comment

; imports
(import_spec path: (_) @module.import)
(import_spec name: (package_identifier) @reference.import)

; references
(call_expression
  function: [
    (identifier) @reference.call
    (selector_expression field: (field_identifier) @reference.call)
    (index_expression operand: (identifier) @reference.call)
    (index_expression operand: (selector_expression field: (field_identifier) @reference.call))
  ])
; `Map[int](x)`: the grammar cannot tell a call with type arguments from a conversion
(type_conversion_expression
  type: (generic_type
    type: [
      (type_identifier) @reference.call
      (qualified_type name: (type_identifier) @reference.call)
    ]))
(interface_type
  (type_elem . [
    (type_identifier) @reference.inherit
    (qualified_type name: (type_identifier) @reference.inherit)
    (generic_type type: (type_identifier) @reference.inherit)
    (generic_type type: (qualified_type name: (type_identifier) @reference.inherit))
  ] .))
(field_declaration
  !name
  type: [
    (type_identifier) @reference.inherit
    (qualified_type name: (type_identifier) @reference.inherit)
    (generic_type type: (type_identifier) @reference.inherit)
    (generic_type type: (qualified_type name: (type_identifier) @reference.inherit))
  ])
(keyed_element key: (literal_element (identifier) @reference.attribute))
(type_identifier) @reference.type
(field_identifier) @reference.attribute
(package_identifier) @reference.identifier
(identifier) @reference.identifier
