; types, also where they are extended
(object_type_definition (name) @name) @definition.class
(object_type_definition (fields_definition) @body)
(object_type_extension (name) @name) @definition.class
(object_type_extension (fields_definition) @body)
(interface_type_definition (name) @name) @definition.interface
(interface_type_definition (fields_definition) @body)
(interface_type_extension (name) @name) @definition.interface
(interface_type_extension (fields_definition) @body)
(input_object_type_definition (name) @name) @definition.struct
(input_object_type_definition (input_fields_definition) @body)
(input_object_type_extension (name) @name) @definition.struct
(input_object_type_extension (input_fields_definition) @body)
(union_type_definition (name) @name) @definition.union
(union_type_extension (name) @name) @definition.union
(enum_type_definition (name) @name) @definition.enum
(enum_type_definition (enum_values_definition) @body)
(enum_type_extension (name) @name) @definition.enum
(enum_type_extension (enum_values_definition) @body)
(scalar_type_definition (name) @name) @definition.type
(directive_definition (name) @name) @definition.macro

; members
(field_definition (name) @name) @definition.field
(input_fields_definition (input_value_definition (name) @name) @definition.field)
(enum_value_definition (enum_value (name) @name)) @definition.enumerator

; operations and fragments
(operation_definition (name) @name (selection_set) @body) @definition.function
(fragment_definition (fragment_name (name) @name)) @definition.function
(fragment_definition (selection_set) @body)

; docstrings: strings before a definition, else comments above it
(object_type_definition (description) @doc)
(interface_type_definition (description) @doc)
(input_object_type_definition (description) @doc)
(union_type_definition (description) @doc)
(enum_type_definition (description) @doc)
(scalar_type_definition (description) @doc)
(directive_definition (description) @doc)
(field_definition (description) @doc)
(input_fields_definition (input_value_definition (description) @doc))
(enum_value_definition (description) @doc)
(comment) @comment

; references
(implements_interfaces (named_type (name) @reference.inherit))
(named_type (name) @reference.type)
(directive (name) @reference.annotation)
(fragment_spread (fragment_name (name) @reference.call))
(field (name) @reference.attribute)
(argument (name) @reference.attribute)
(object_field (name) @reference.attribute)
(enum_value (name) @reference.identifier)
(variable (name) @reference.identifier)
(arguments_definition (input_value_definition (name) @reference.identifier))
