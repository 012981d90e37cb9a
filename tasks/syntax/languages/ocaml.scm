; values of modules: those of expressions are locals
(structure (value_definition (let_binding pattern: [
  (value_name) @name
  (parenthesized_operator (_) @name)
  (tuple_pattern (value_name) @name)
  (typed_pattern pattern: (value_name) @name)
]) @definition.variable))
(compilation_unit (value_definition (let_binding pattern: [
  (value_name) @name
  (parenthesized_operator (_) @name)
  (tuple_pattern (value_name) @name)
  (typed_pattern pattern: (value_name) @name)
]) @definition.variable))
(structure (value_definition (let_binding (parameter)) @definition.function))
(structure (value_definition
  (let_binding body: [(fun_expression) (function_expression)]) @definition.function))
(compilation_unit (value_definition (let_binding (parameter)) @definition.function))
(compilation_unit (value_definition
  (let_binding body: [(fun_expression) (function_expression)]) @definition.function))
(let_binding (parameter) body: (_) @body)
(let_binding body: [(fun_expression) (function_expression)] @body)

; modules and signatures
(module_binding (module_name) @name) @definition.module
(module_binding body: (_) @body)
(module_type_definition (module_type_name) @name) @definition.interface
(module_type_definition body: (_) @body)

; types; exceptions are constructors
(type_binding name: (type_constructor) @name) @definition.type
(type_binding body: (_) @body)
(constructor_declaration (constructor_name) @name) @definition.enumerator
(field_declaration (field_name) @name) @definition.field

; values that are declared
(value_specification [
  (value_name) @name
  (parenthesized_operator (_) @name)
]) @definition.prototype
(external [
  (value_name) @name
  (parenthesized_operator (_) @name)
]) @definition.prototype

; classes
(class_binding (class_name) @name) @definition.class
(class_type_binding (class_type_name) @name) @definition.interface
(method_specification (method_name) @name) @definition.method
(instance_variable_specification (instance_variable_name) @name) @definition.field

; docstrings
(comment) @comment

; imports
(open_module module: (_) @module.use)
(open_module module: (module_path (module_name) @reference.import))
(include_module module: (module_path) @module.include)
(include_module module: (module_path (module_name) @reference.import))
(include_module_type (module_type_path) @module.include)

; bodies of classes
(method_definition (method_name) @name) @definition.method
(method_definition body: (_) @body)
(instance_variable_definition (instance_variable_name) @name) @definition.field
(class_binding body: (_) @body)

; references
(application_expression function: [
  (value_path (value_name) @reference.call)
  (method_invocation method: (method_name) @reference.call)
])
(new_expression (class_path (class_name) @reference.call))
(inheritance_definition [
  (class_path (class_name) @reference.inherit)
  (class_application (class_path (class_name) @reference.inherit))
])
(item_attribute (attribute_id) @reference.annotation)
(attribute (attribute_id) @reference.annotation)
(floating_attribute (attribute_id) @reference.annotation)
(type_constructor) @reference.type
(module_type_name) @reference.type
(class_type_name) @reference.type
(field_path (field_name) @reference.attribute)
(module_name) @reference.identifier
(constructor_path (constructor_name) @reference.identifier)
(method_name) @reference.attribute
(instance_variable_name) @reference.identifier
(value_pattern) @reference.identifier
(value_name) @reference.identifier
(class_name) @reference.type
(infix_expression operator: (_) @reference.identifier)
