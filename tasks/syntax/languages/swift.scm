; types: actors are classes; an extension is an impl, named after its type
(class_declaration "class" name: (type_identifier) @name) @definition.class
(class_declaration "actor" name: (type_identifier) @name) @definition.class
(class_declaration "struct" name: (type_identifier) @name) @definition.struct
(class_declaration "enum" name: (type_identifier) @name) @definition.enum
(class_declaration "extension" name: [
  (user_type (type_identifier) @name .)
  (user_type (type_identifier) @name . (type_arguments))
]) @definition.impl
(class_declaration body: (_) @body)
(protocol_declaration name: (type_identifier) @name body: (_) @body) @definition.protocol
(enum_entry (simple_identifier) @name) @definition.enumerator
(typealias_declaration name: (type_identifier) @name) @definition.type
(associatedtype_declaration name: (type_identifier) @name) @definition.type

; functions, methods and macros; an operator's name is a token right behind its `func`
(function_declaration "func" . name: _ @name body: (_) @body) @definition.function
(class_body (function_declaration) @definition.method)
(enum_class_body (function_declaration) @definition.method)
(protocol_function_declaration "func" . name: _ @name) @definition.method
(subscript_declaration "subscript" @name) @definition.method
(class_body (subscript_declaration (computed_property) @body))
(enum_class_body (subscript_declaration (computed_property) @body))
(init_declaration "init" @name body: (_)? @body) @definition.constructor
(deinit_declaration "deinit" @name body: (_) @body) @definition.method
(macro_declaration (simple_identifier) @name) @definition.macro

; properties, and variables and constants of the module
(class_body (property_declaration (pattern [
  (simple_identifier) @name
  (pattern (simple_identifier) @name)
])) @definition.property)
(enum_class_body
  (property_declaration (pattern (simple_identifier) @name)) @definition.property)
(protocol_property_declaration (pattern (simple_identifier) @name)) @definition.property
(property_declaration computed_value: (_) @body)
(source_file (property_declaration (pattern [
  (simple_identifier) @name
  (pattern (simple_identifier) @name)
])) @definition.variable)
(source_file (property_declaration (value_binding_pattern "let")) @definition.constant)

; docstrings
(comment) @comment
(multiline_comment) @comment

; imports
(import_declaration (identifier) @module.import)
(import_declaration (identifier (simple_identifier) @reference.import .))

; references; a subscript is a call to the grammar
(call_expression . [
  (simple_identifier) @reference.call
  (navigation_expression (navigation_suffix (simple_identifier) @reference.call))
  (prefix_expression (simple_identifier) @reference.call)
] (call_suffix . [(value_arguments . "(") (lambda_literal)]))
(constructor_expression (user_type (type_identifier) @reference.call))
(attribute (user_type (type_identifier) @reference.annotation))
(inheritance_specifier [
  (user_type (type_identifier) @reference.inherit .)
  (user_type (type_identifier) @reference.inherit . (type_arguments))
])
(type_identifier) @reference.type
(navigation_suffix (simple_identifier) @reference.attribute)
(simple_identifier) @reference.identifier
