; packages and modules
(package_declaration [(identifier) (scoped_identifier)] @name) @definition.package
(module_declaration name: (_) @name body: (_) @body) @definition.module

; types
(class_declaration name: (identifier) @name body: (_) @body) @definition.class
(record_declaration name: (identifier) @name body: (_) @body) @definition.class
(interface_declaration name: (identifier) @name body: (_) @body) @definition.interface
(annotation_type_declaration name: (identifier) @name body: (_) @body) @definition.interface
(enum_declaration name: (identifier) @name body: (_) @body) @definition.enum
(enum_constant name: (identifier) @name) @definition.enumerator

; members
(method_declaration name: (identifier) @name) @definition.method
(method_declaration body: (_) @body)
(annotation_type_element_declaration name: (identifier) @name) @definition.method
(constructor_declaration name: (identifier) @name body: (_) @body) @definition.constructor
(compact_constructor_declaration name: (identifier) @name body: (_) @body) @definition.constructor
(field_declaration
  declarator: (variable_declarator name: (identifier) @name)) @definition.field
(constant_declaration
  declarator: (variable_declarator name: (identifier) @name)) @definition.constant
(record_declaration
  parameters: (formal_parameters [
    (formal_parameter name: (identifier) @name) @definition.field
    (spread_parameter (variable_declarator name: (identifier) @name)) @definition.field
  ]))

; docstrings
(block_comment) @comment
(line_comment) @comment

; imports
(import_declaration [(identifier) (scoped_identifier)] @module.import)
(import_declaration (scoped_identifier name: (identifier) @reference.import))
(import_declaration (identifier) @reference.import)
(requires_module_directive module: (_) @module.require)
(exports_module_directive package: (_) @module.export)
(opens_module_directive package: (_) @module.export)
(uses_module_directive type: (_) @module.use)

; references
(method_invocation name: (identifier) @reference.call)
(method_reference (_) (identifier) @reference.call .)
(object_creation_expression
  type: [
    (type_identifier) @reference.call
    (scoped_type_identifier (type_identifier) @reference.call .)
    (generic_type (type_identifier) @reference.call)
    (generic_type (scoped_type_identifier (type_identifier) @reference.call .))
  ])
(marker_annotation
  name: [
    (identifier) @reference.annotation
    (scoped_identifier name: (identifier) @reference.annotation)
  ])
(annotation
  name: [
    (identifier) @reference.annotation
    (scoped_identifier name: (identifier) @reference.annotation)
  ])
(superclass [
  (type_identifier) @reference.inherit
  (scoped_type_identifier (type_identifier) @reference.inherit .)
  (generic_type (type_identifier) @reference.inherit)
  (generic_type (scoped_type_identifier (type_identifier) @reference.inherit .))
])
(super_interfaces (type_list [
  (type_identifier) @reference.inherit
  (scoped_type_identifier (type_identifier) @reference.inherit .)
  (generic_type (type_identifier) @reference.inherit)
  (generic_type (scoped_type_identifier (type_identifier) @reference.inherit .))
]))
(extends_interfaces (type_list [
  (type_identifier) @reference.inherit
  (scoped_type_identifier (type_identifier) @reference.inherit .)
  (generic_type (type_identifier) @reference.inherit)
  (generic_type (scoped_type_identifier (type_identifier) @reference.inherit .))
]))
(record_pattern (identifier) @reference.type)
(field_access field: (identifier) @reference.attribute)
(type_identifier) @reference.type
(identifier) @reference.identifier
