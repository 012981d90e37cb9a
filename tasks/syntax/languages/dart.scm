; the clause alone is the library's node: it is nobody's scope
(library_name (dotted_identifier_list) @name) @definition.package

; types: a mixin is a trait, an extension an impl
(class_definition name: (identifier) @name body: (_) @body) @definition.class
(class_definition (mixin_application_class . (identifier) @name)) @definition.class
(mixin_declaration (identifier) @name (class_body) @body) @definition.trait
(extension_declaration name: (identifier) @name body: (_) @body) @definition.impl
(extension_type_declaration name: (identifier) @name body: (_) @body) @definition.class
(enum_declaration name: (identifier) @name body: (_) @body) @definition.enum
(enum_constant name: (identifier) @name) @definition.enumerator
(type_alias (type_identifier) @name . "=") @definition.type
(type_alias (type_identifier) @name . (type_parameters) . "=") @definition.type
(type_alias (type_identifier) @name . (formal_parameter_list)) @definition.type

; functions: their bodies stand behind them
(function_body) @body
(program (function_body) @tail)
(class_body (function_body) @tail)
(enum_body (function_body) @tail)
(extension_body (function_body) @tail)
(program (function_signature name: (identifier) @name) @definition.function)
(program (getter_signature name: (identifier) @name) @definition.property)
(program (setter_signature name: (identifier) @name) @definition.property)
(lambda_expression
  parameters: (function_signature name: (identifier) @name)) @definition.function

; members, with a body and without one
(method_signature (function_signature name: (identifier) @name)) @definition.method
(method_signature (operator_signature (binary_operator) @name)) @definition.method
(method_signature (getter_signature name: (identifier) @name)) @definition.property
(method_signature (setter_signature name: (identifier) @name)) @definition.property
(method_signature [
  (constructor_signature (identifier) @name . (formal_parameter_list))
  (factory_constructor_signature (identifier) @name . (formal_parameter_list))
]) @definition.constructor
(declaration (function_signature name: (identifier) @name)) @definition.method
(declaration (getter_signature name: (identifier) @name)) @definition.property
(declaration (setter_signature name: (identifier) @name)) @definition.property
(declaration [
  (constructor_signature (identifier) @name . (formal_parameter_list))
  (constant_constructor_signature (identifier) @name . (formal_parameter_list))
  (factory_constructor_signature (identifier) @name . (formal_parameter_list))
  (redirecting_factory_constructor_signature (identifier) @name . (formal_parameter_list))
]) @definition.constructor
(declaration [
  (initialized_identifier_list (initialized_identifier . (identifier) @name))
  (static_final_declaration_list (static_final_declaration . (identifier) @name))
]) @definition.field

; variables and constants of the library
(program (initialized_identifier_list
  (initialized_identifier . (identifier) @name) @definition.variable))
(program (static_final_declaration_list
  (static_final_declaration . (identifier) @name) @definition.constant))

; docstrings: annotations may stand between one and its definition
(documentation_comment) @comment
((documentation_comment) . (annotation)+ @comment)
(comment) @comment

; imports
(library_import (import_specification (configurable_uri (uri (_) @module.import))))
(library_export (configurable_uri (uri (_) @module.export)))
(part_directive (uri (_) @module.include))
(part_of_directive (uri (_) @module.include))
(import_specification (identifier) @reference.import)
(combinator (identifier) @reference.import)

; references
(_ (identifier) @reference.call . (selector (argument_part)))
(_
  (selector (unconditional_assignable_selector (identifier) @reference.call))
  . (selector (argument_part)))
(_
  (selector (conditional_assignable_selector (identifier) @reference.call))
  . (selector (argument_part)))
(cascade_section (cascade_selector (identifier) @reference.call) . (argument_part))
(new_expression (type_identifier) @reference.call)
(const_object_expression (type_identifier) @reference.call)
(annotation name: (identifier) @reference.annotation)
(superclass (type_identifier) @reference.inherit)
(mixins (type_identifier) @reference.inherit)
(interfaces (type_identifier) @reference.inherit)
(mixin_declaration (type_identifier) @reference.inherit)
(mixin_application (type_identifier) @reference.inherit)
(type_identifier) @reference.type
(unconditional_assignable_selector (identifier) @reference.attribute)
(conditional_assignable_selector (identifier) @reference.attribute)
(cascade_selector (identifier) @reference.attribute)
(identifier) @reference.identifier
