; what stands open over many nodes is asked of them alone
(template_body) @_root
(enum_body) @_root

(package_clause name: (_) @name) @definition.package

; types: objects are classes with one instance, as givens are
(class_definition name: (_) @name body: (_)? @body) @definition.class
(object_definition name: (_) @name body: (_)? @body) @definition.class
(package_object name: (_) @name body: (_)? @body) @definition.class
(given_definition name: (_) @name body: (_)? @body) @definition.class
(trait_definition name: (_) @name body: (_)? @body) @definition.trait
(enum_definition name: (_) @name body: (_)? @body) @definition.enum
(simple_enum_case name: (_) @name) @definition.enumerator
(full_enum_case name: (_) @name) @definition.enumerator
(type_definition name: (_) @name) @definition.type

; functions and methods
(function_definition name: (_) @name body: (_)? @body) @definition.function
(function_declaration name: (_) @name) @definition.function
(template_body [(function_definition) (function_declaration)] @definition.method)
(with_template_body [(function_definition) (function_declaration)] @definition.method)
(enum_body (function_definition) @definition.method)
(extension_definition body: (function_definition) @definition.method)
((function_definition name: (identifier) @_name) @definition.constructor (#eq? @_name "this"))

; fields, and variables of the package
(template_body [
  (val_definition pattern: (identifier) @name)
  (val_definition pattern: (identifiers (identifier) @name))
  (val_definition pattern: (tuple_pattern (identifier) @name))
  (var_definition pattern: (identifier) @name)
  (val_declaration name: (identifier) @name)
  (var_declaration name: (identifier) @name)
] @definition.field)
(enum_body (val_definition pattern: (identifier) @name) @definition.field)
(class_parameter name: (identifier) @name) @definition.field
(compilation_unit [
  (val_definition pattern: (identifier) @name)
  (var_definition pattern: (identifier) @name)
] @definition.variable)

; docstrings
(block_comment) @comment
(comment) @comment

; imports: the engine joins the parts of a path
(import_declaration (identifier) @module.import)
(import_declaration (identifier) . (namespace_selectors) @module.group)
(namespace_selectors [
  (identifier) @module.import
  (arrow_renamed_identifier name: (_) @module.import alias: (identifier))
  (as_renamed_identifier name: (_) @module.import alias: (identifier))
  (namespace_wildcard) @module.itself
])
(import_declaration (identifier) @reference.import .)
(namespace_selectors (identifier) @reference.import)
(arrow_renamed_identifier (identifier) @reference.import)
(as_renamed_identifier (identifier) @reference.import)

; references
(call_expression
  function: [
    (identifier) @reference.call
    (field_expression field: (identifier) @reference.call)
    (generic_function
      function: [
        (identifier) @reference.call
        (field_expression field: (identifier) @reference.call)
      ])
  ])
(infix_expression operator: (identifier) @reference.call)
(instance_expression [
  (type_identifier) @reference.call
  (stable_type_identifier (type_identifier) @reference.call)
  (generic_type type: (type_identifier) @reference.call)
  (compound_type base: (type_identifier) @reference.call)
])
(annotation name: [
  (type_identifier) @reference.annotation
  (stable_type_identifier (type_identifier) @reference.annotation)
])
(extends_clause [
  (type_identifier) @reference.inherit
  (stable_type_identifier (type_identifier) @reference.inherit)
  (generic_type type: [
    (type_identifier) @reference.inherit
    (stable_type_identifier (type_identifier) @reference.inherit)
  ])
])
(type_identifier) @reference.type
(field_expression field: (identifier) @reference.attribute)
(stable_identifier (identifier) (identifier) @reference.attribute .)
(identifier) @reference.identifier
