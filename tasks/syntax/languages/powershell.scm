; functions
(function_statement (function_name) @name "{" @body) @definition.function

; classes and enums
(class_statement . (simple_name) @name) @definition.class
(class_statement "{" @body)
(class_property_definition (variable) @name) @definition.property
(class_method_definition (simple_name) @name "{" @body) @definition.method
(enum_statement . (simple_name) @name) @definition.enum
(enum_statement "{" @body)
(enum_member . (simple_name) @name) @definition.enumerator

; variables of the script, also behind a type: names keep the sigil that refs have
(program (statement_list (pipeline (assignment_expression (left_assignment_expression
  (logical_expression (bitwise_expression (comparison_expression (additive_expression
    (multiplicative_expression (format_expression (range_expression (array_literal_expression
      (unary_expression [
        (variable) @name
        (expression_with_unary_operator (cast_expression (unary_expression (variable) @name)))
      ]))))))))))) @definition.variable)))

; docstrings
(comment) @comment

; imports
((command
  command_name: (command_name) @_name
  command_elements: (command_elements
    (generic_token) @_kind (generic_token) @module.use @reference.import))
  (#match? @_name "^[Uu]sing$"))
((command
  command_name: (command_name) @_name
  command_elements: (command_elements (generic_token) @module.import @reference.import))
  (#match? @_name "^(?i:import-module)$"))
(command
  (command_invokation_operator) command_name: (command_name_expr (command_name) @module.include))

; references
(command command_name: (command_name) @reference.call)
(invokation_expression (member_name (simple_name) @reference.call))
(class_statement (simple_name) (simple_name) @reference.inherit)
(attribute_name (type_spec (type_name (type_identifier) @reference.annotation .)))
(type_identifier) @reference.type
(member_name (simple_name) @reference.attribute)
(variable) @reference.identifier
