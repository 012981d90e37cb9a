; tables, views and their columns; a schema that is written is the scope
(create_table (object_reference name: (_) @name)) @definition.table
(create_table (object_reference schema: (_) @scope))
(create_table (column_definitions) @body)
(create_table (create_query) @body)
(column_definition name: (_) @name)
(column_definitions (column_definition) @definition.column)
; a column of an ALTER TABLE goes by the whole statement, which names its table
(alter_table
  [(add_column) (modify_column) (change_column)]) @definition.column
(alter_table (object_reference schema: (_) @scope))
(alter_table (object_reference name: (_) @scope))
(create_view (object_reference name: (_) @name)) @definition.view
(create_view (object_reference schema: (_) @scope))
(create_view (create_query) @body)
(create_materialized_view (object_reference name: (_) @name)) @definition.view
(create_materialized_view (object_reference schema: (_) @scope))
(create_materialized_view (create_query) @body)

; what stands beside them
(create_index column: (identifier) @name) @definition.index
(create_trigger
  [(keyword_trigger) (keyword_exists)] . (object_reference name: (_) @name)) @definition.trigger
(create_function
  [(keyword_function) (keyword_exists)] . (object_reference name: (_) @name)) @definition.function
(create_function
  [(keyword_function) (keyword_exists)] . (object_reference schema: (_) @scope))
(create_function (function_body) @body)
(create_type (object_reference name: (_) @name)) @definition.type
(create_schema (identifier) @name) @definition.namespace
(create_database (identifier) @name) @definition.namespace
(create_sequence (object_reference name: (_) @name)) @definition.variable

; a trigger with a body of statements does not parse, its head does
(ERROR (keyword_trigger) . (object_reference name: (_) @name @definition.trigger))
(ERROR (keyword_exists) . (object_reference name: (_) @name @definition.trigger)
  . [(keyword_after) (keyword_before)])

; docstrings
(comment) @comment
(marginalia) @comment

; references
(relation (object_reference name: (_) @reference.type))
(insert (object_reference name: (_) @reference.type))
(from (object_reference name: (_) @reference.type))
(invocation (object_reference name: (_) @reference.call))
(create_trigger (keyword_execute) (object_reference name: (_) @reference.call) .)
(create_trigger (keyword_on) . (object_reference name: (_) @reference.type))
(create_index (object_reference name: (_) @reference.type))
(alter_table (object_reference name: (_) @reference.type))
(drop_table (object_reference name: (_) @reference.type))
(drop_view (object_reference name: (_) @reference.type))
(column_definition (object_reference name: (_) @reference.type))
(constraint (object_reference name: (_) @reference.type))
(field name: (_) @reference.attribute)
(column (identifier) @reference.attribute)
(create_extension (identifier) @module.use @reference.import)
(identifier) @reference.identifier
