(package_declaration name: (_) @name) @definition.package

; types
(class_declaration name: (identifier) @name body: (_) @body) @definition.class
(record_declaration name: (identifier) @name body: (_) @body) @definition.class
(interface_declaration name: (identifier) @name body: (_) @body) @definition.interface
(annotation_type_declaration name: (identifier) @name body: (_) @body) @definition.interface
(trait_declaration name: (identifier) @name body: (_) @body) @definition.trait
(enum_declaration name: (identifier) @name body: (_) @body) @definition.enum
(enum_constant name: (identifier) @name) @definition.enumerator

; methods; a feature of a specification goes by the text of its name
(method_declaration
  name: [(identifier) @name (quoted_identifier (string_fragment) @name)]
  body: (_)? @body) @definition.method
; the grammar takes a method without a type for a constructor: static build() { ... }
(constructor_declaration name: (identifier) @name body: (_) @body) @definition.method
((class_declaration
  name: (identifier) @_class
  body: (class_body (constructor_declaration name: (identifier) @name) @definition.constructor))
  (#eq? @name @_class))

; fields, variables of a script
(field_declaration (variable_declarator name: (identifier) @name)) @definition.field
(record_component name: (identifier) @name) @definition.field
(source_file (local_variable_declaration [
  (variable_declarator name: (identifier) @name)
  name: (identifier) @name
]) @definition.variable)

; docstrings
(groovydoc_comment) @comment
(block_comment) @comment
(line_comment) @comment

; imports
(import_declaration name: (_) @module.import)
(import_declaration name: (qualified_name (identifier) @reference.import .))

; references
(method_invocation function: [
  (identifier) @reference.call
  (field_access field: (identifier) @reference.call)
])
(command_chain receiver: (identifier) @reference.call)
(field_access field: (identifier) @reference.attribute)
(object_creation_expression type: [
  (type_identifier) @reference.call
  (generic_type base: (type_identifier) @reference.call)
])
(superclass [
  (type_identifier) @reference.inherit
  (generic_type base: (type_identifier) @reference.inherit)
])
(super_interfaces [
  (type_identifier) @reference.inherit
  (generic_type base: (type_identifier) @reference.inherit)
])
(annotation name: (qualified_name (identifier) @reference.annotation .))
(type_identifier) @reference.type
(identifier) @reference.identifier
