; what stands open over many nodes is asked of them alone
(class_declaration) @_root
(class_body) @_root
(enum_class_body) @_root
(explicit_delegation) @_root

; the header alone is the package's node: it is nobody's scope
(package_header (identifier) @name) @definition.package

; types: objects are classes with one instance
(class_declaration "class" (type_identifier) @name)
(class_declaration "class" (class_body)) @definition.class
(class_declaration "class" [
  (type_identifier)
  (type_parameters)
  (primary_constructor)
  (delegation_specifier)
  (type_constraints)
] .) @definition.class
(class_declaration "interface" (type_identifier) @name) @definition.interface
(class_declaration "enum") @definition.enum
(class_declaration (class_body) @body)
(class_declaration (enum_class_body) @body)
(object_declaration (type_identifier) @name (class_body)? @body) @definition.class
(companion_object (type_identifier) @name (class_body)? @body) @definition.class
(enum_entry (simple_identifier) @name) @definition.enumerator
(type_alias (type_identifier) @name) @definition.type

; functions and methods: the receiver's type is the scope
(function_declaration (simple_identifier) @name (function_body)? @body) @definition.function
(class_body (function_declaration) @definition.method)
(enum_class_body (function_declaration) @definition.method)
(function_declaration receiver: (receiver_type (user_type (type_identifier) @scope)))
(function_declaration
  receiver: (receiver_type (nullable_type (user_type (type_identifier) @scope))))
(secondary_constructor "constructor" @name "{"? @body) @definition.constructor

; properties, and variables and constants of the package
(class_body
  (property_declaration (variable_declaration (simple_identifier) @name)) @definition.property)
(enum_class_body
  (property_declaration (variable_declaration (simple_identifier) @name)) @definition.property)
(class_parameter (binding_pattern_kind) (simple_identifier) @name) @definition.property
(source_file
  (property_declaration (variable_declaration (simple_identifier) @name)) @definition.variable)
(source_file
  (property_declaration (modifiers (property_modifier))) @definition.constant)
(property_declaration receiver: (receiver_type (user_type (type_identifier) @scope)))

; `class A : B by c { ... }`: the grammar takes the body for a lambda that `c` is called with
(explicit_delegation (call_expression (call_suffix (annotated_lambda) @body)))
(explicit_delegation (call_expression (call_suffix (annotated_lambda (lambda_literal (statements
  (function_declaration) @definition.method))))))
(explicit_delegation (call_expression (call_suffix (annotated_lambda (lambda_literal (statements
  (property_declaration
    (variable_declaration (simple_identifier) @name)) @definition.property))))))

; docstrings
(multiline_comment) @comment
(line_comment) @comment

; imports
(import_header (identifier) @module.import)
(import_header (identifier (simple_identifier) @reference.import .))
(import_alias (type_identifier) @reference.import)

; references
(call_expression . (simple_identifier) @reference.call)
(call_expression . (navigation_expression (navigation_suffix (simple_identifier) @reference.call)))
(infix_expression (_) . (simple_identifier) @reference.call . (_))
(annotation [
  (user_type (type_identifier) @reference.annotation .)
  (constructor_invocation (user_type (type_identifier) @reference.annotation .))
])
(file_annotation [
  (user_type (type_identifier) @reference.annotation .)
  (constructor_invocation (user_type (type_identifier) @reference.annotation .))
])
(delegation_specifier [
  (user_type (type_identifier) @reference.inherit . (type_arguments)? .)
  (constructor_invocation (user_type (type_identifier) @reference.inherit . (type_arguments)? .))
  (explicit_delegation (user_type (type_identifier) @reference.inherit . (type_arguments)? .))
])
(type_identifier) @reference.type
(navigation_suffix (simple_identifier) @reference.attribute)
(interpolated_identifier) @reference.identifier
(simple_identifier) @reference.identifier
