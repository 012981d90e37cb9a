; modules and signatures: see ocaml.scm for what has bodies
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

; references
(attribute (attribute_id) @reference.annotation)
(item_attribute (attribute_id) @reference.annotation)
(floating_attribute (attribute_id) @reference.annotation)
(type_constructor) @reference.type
(module_type_name) @reference.type
(class_type_name) @reference.type
(field_path (field_name) @reference.attribute)
(module_name) @reference.identifier
(class_name) @reference.type
