; modules
(mod_item name: (identifier) @name) @definition.module

; types
(struct_item name: (type_identifier) @name) @definition.struct
(struct_item body: (_) @body)
(union_item name: (type_identifier) @name body: (_) @body) @definition.union
(enum_item name: (type_identifier) @name body: (_) @body) @definition.enum
(enum_variant name: (identifier) @name) @definition.enumerator
(field_declaration name: (field_identifier) @name) @definition.field
(type_item name: (type_identifier) @name) @definition.type
(associated_type name: (type_identifier) @name) @definition.type
(trait_item name: (type_identifier) @name body: (_) @body) @definition.trait

; impls are named after their type, or what it refers to; types without a name are spelled out
(impl_item
  type: [
    (type_identifier) @name
    (scoped_type_identifier name: (type_identifier) @name)
    (generic_type
      type: [(type_identifier) @name (scoped_type_identifier name: (type_identifier) @name)])
    (dynamic_type
      trait: [
        (type_identifier) @name
        (scoped_type_identifier name: (type_identifier) @name)
        (generic_type
          type: [(type_identifier) @name (scoped_type_identifier name: (type_identifier) @name)])
      ])
    (dynamic_type trait: [(function_type) (higher_ranked_trait_bound) (tuple_type)]) @name
    (array_type) @name
    (bounded_type) @name
    (function_type) @name
    (macro_invocation) @name
    (never_type) @name
    (pointer_type) @name
    (primitive_type) @name
    (tuple_type) @name
    (unit_type) @name
    (reference_type
      type: [
        (type_identifier) @name
        (scoped_type_identifier name: (type_identifier) @name)
        (generic_type
          type: [(type_identifier) @name (scoped_type_identifier name: (type_identifier) @name)])
        (dynamic_type
          trait: [
            (type_identifier) @name
            (scoped_type_identifier name: (type_identifier) @name)
            (generic_type
              type: [(type_identifier) @name (scoped_type_identifier name: (type_identifier) @name)])
          ])
        (dynamic_type trait: [(function_type) (higher_ranked_trait_bound) (tuple_type)]) @name
        (array_type) @name
        (bounded_type) @name
        (function_type) @name
        (macro_invocation) @name
        (never_type) @name
        (pointer_type) @name
        (primitive_type) @name
        (tuple_type) @name
        (unit_type) @name
      ])
    (reference_type type: (reference_type)) @name
  ]) @definition.impl
(impl_item body: (_) @body)

; functions and methods
(function_item name: (identifier) @name body: (_) @body) @definition.function
(function_signature_item name: (identifier) @name) @definition.prototype
(impl_item body: (declaration_list (function_item) @definition.method))
(trait_item
  body: (declaration_list [
    (function_item) @definition.method
    (function_signature_item) @definition.method
  ]))
(macro_definition name: (identifier) @name) @definition.macro
(macro_definition (macro_rule) @body)

; constants and statics; `const _` has no name
((const_item name: (identifier) @name) @definition.constant (#not-eq? @name "_"))
(static_item name: (identifier) @name) @definition.variable

; docstrings: inner ones document what is around them; attributes may stand below outer ones
(line_comment !inner) @comment
(block_comment !inner) @comment
(line_comment inner: (_)) @doc
(block_comment inner: (_)) @doc
((line_comment outer: (_)) . (attribute_item)+ @comment)
((block_comment outer: (_)) . (attribute_item)+ @comment)

; imports
(use_declaration argument: [(identifier) (scoped_identifier)] @module.use)
(use_list [(identifier) (scoped_identifier)] @module.use)
(use_as_clause path: (_) @module.use)
(use_wildcard (_) @module.use)
(scoped_use_list path: (_) @module.use list: (_) @module.group)
(use_list [
  (self) @module.itself
  (use_as_clause path: (self) @module.itself)
  (use_wildcard . "*" @module.itself)
])
(extern_crate_declaration name: (identifier) @module.use @reference.import)
(extern_crate_declaration alias: (identifier) @reference.import)
(use_declaration
  argument: [
    (identifier) @reference.import
    (scoped_identifier name: (identifier) @reference.import)
  ])
(use_list [
  (identifier) @reference.import
  (scoped_identifier name: (identifier) @reference.import)
])
(use_as_clause
  path: [
    (identifier) @reference.import
    (scoped_identifier name: (identifier) @reference.import)
  ])
(use_as_clause alias: (identifier) @reference.import)

; references
(call_expression
  function: [
    (identifier) @reference.call
    (scoped_identifier name: (identifier) @reference.call)
    (field_expression field: (field_identifier) @reference.call)
    (generic_function
      function: [
        (identifier) @reference.call
        (scoped_identifier name: (identifier) @reference.call)
        (field_expression field: (field_identifier) @reference.call)
      ])
  ])
(macro_invocation
  macro: [
    (identifier) @reference.call
    (scoped_identifier name: (identifier) @reference.call)
  ])
(attribute [
  (identifier) @reference.annotation
  (scoped_identifier name: (identifier) @reference.annotation)
])
(impl_item
  trait: [
    (type_identifier) @reference.inherit
    (scoped_type_identifier name: (type_identifier) @reference.inherit)
    (generic_type type: (type_identifier) @reference.inherit)
    (generic_type type: (scoped_type_identifier name: (type_identifier) @reference.inherit))
  ])
(trait_item
  bounds: (trait_bounds [
    (type_identifier) @reference.inherit
    (scoped_type_identifier name: (type_identifier) @reference.inherit)
    (generic_type type: (type_identifier) @reference.inherit)
    (generic_type type: (scoped_type_identifier name: (type_identifier) @reference.inherit))
  ]))
(tuple_struct_pattern
  type: [
    (identifier) @reference.type
    (scoped_identifier name: (identifier) @reference.type)
  ])
(type_identifier) @reference.type
(field_identifier) @reference.attribute
(shorthand_field_identifier) @reference.attribute
(identifier) @reference.identifier
