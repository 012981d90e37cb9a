; classes: an implementation and a category are impls, named after their class
(class_interface . (identifier) @name !category) @definition.class
(class_interface . (identifier) @name category: (_)) @definition.impl
(class_implementation . (identifier) @name) @definition.impl
(class_interface [
  (instance_variables)
  (property_declaration)
  (method_declaration)
] @body)
(class_implementation (implementation_definition) @body)
(protocol_declaration . (identifier) @name) @definition.protocol
(protocol_declaration [
  (property_declaration)
  (method_declaration)
  (qualified_protocol_interface_declaration)
] @body)

; methods are named after the first part of their selector
(method_declaration . (method_type) . (identifier) @name) @definition.method
(method_declaration . (identifier) @name) @definition.method
(method_definition . (method_type) . (identifier) @name) @definition.method
(method_definition . (identifier) @name) @definition.method
(method_definition (compound_statement) @body)
(property_declaration (struct_declaration (struct_declarator [
  (identifier) @name
  (_ declarator: [
    (identifier) @name
    (_ declarator: [(identifier) @name (_ declarator: (identifier) @name)])
    (parenthesized_declarator (_ declarator: (identifier) @name))
  ])
]))) @definition.property
(instance_variable (struct_declaration (struct_declarator [
  (identifier) @name
  (_ declarator: [
    (identifier) @name
    (_ declarator: [(identifier) @name (_ declarator: (identifier) @name)])
    (parenthesized_declarator (_ declarator: (identifier) @name))
  ])
]))) @definition.field

; functions and prototypes of C
(function_definition body: (compound_statement) @body) @definition.function
(function_definition declarator: [
  (function_declarator declarator: (identifier) @name)
  (pointer_declarator declarator: [
    (function_declarator declarator: (identifier) @name)
    (pointer_declarator declarator: (function_declarator declarator: (identifier) @name))
  ])
])
(declaration declarator: [
  (function_declarator declarator: (identifier) @name)
  (pointer_declarator declarator: [
    (function_declarator declarator: (identifier) @name)
    (pointer_declarator declarator: (function_declarator declarator: (identifier) @name))
  ])
]) @definition.prototype

; variables of a file, also those between methods
(translation_unit (declaration declarator: [
  (identifier) @name
  (_ declarator: [(identifier) @name (_ declarator: (identifier) @name)])
]) @definition.variable)
(implementation_definition (declaration declarator: [
  (identifier) @name
  (_ declarator: [(identifier) @name (_ declarator: (identifier) @name)])
]) @definition.variable)

; types of C, and the enums of Foundation's macros, which do not parse
(struct_specifier name: (type_identifier) @name body: (_) @body) @definition.struct
(union_specifier name: (type_identifier) @name body: (_) @body) @definition.union
(enum_specifier name: (type_identifier) @name body: (_) @body) @definition.enum
(enumerator name: (identifier) @name) @definition.enumerator
(type_definition declarator: [
  (type_identifier) @name
  (_ declarator: [
    (type_identifier) @name
    (_ declarator: [(type_identifier) @name (_ declarator: (type_identifier) @name)])
  ])
]) @definition.type
(type_definition type: (struct_specifier !name body: (_) @body)) @definition.struct
(type_definition type: (union_specifier !name body: (_) @body)) @definition.union
(type_definition type: (enum_specifier !name body: (_) @body)) @definition.enum
((macro_type_specifier name: (identifier) @_macro (ERROR (identifier) @name)) @definition.enum
  (#match? @_macro "^NS_.*(ENUM|OPTIONS)$"))
(field_declaration declarator: [
  (field_identifier) @name
  (_ declarator: [(field_identifier) @name (_ declarator: (field_identifier) @name)])
]) @definition.field

; macros
(preproc_def name: (identifier) @name) @definition.macro
(preproc_function_def name: (identifier) @name value: (_)? @body) @definition.macro

; docstrings
(comment) @comment

; imports
(preproc_include path: (_) @module.include)
(module_import path: (_) @module.import @reference.import)

; references
(call_expression function: (identifier) @reference.call)
(call_expression function: (field_expression field: (field_identifier) @reference.call))
(macro_type_specifier name: (identifier) @reference.call)
(message_expression receiver: (_) . method: (identifier) @reference.call)
(class_interface superclass: (identifier) @reference.inherit)
(class_interface (parameterized_arguments (type_name (type_identifier) @reference.inherit)))
(class_implementation superclass: (identifier) @reference.inherit)
(protocol_reference_list (identifier) @reference.inherit)
(type_identifier) @reference.type
(field_identifier) @reference.attribute
(identifier) @reference.identifier
