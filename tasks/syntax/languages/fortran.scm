; program units
(module (module_statement (name) @name)) @definition.module
(submodule (submodule_statement (name) @name .)) @definition.module
(program (program_statement (name) @name)) @definition.module
(block_data (block_data_statement (name) @name)) @definition.module
(function (function_statement name: (name) @name)) @definition.function
(subroutine (subroutine_statement name: (name) @name)) @definition.function
(module_procedure (module_procedure_statement name: (name) @name)) @definition.function
(entry_statement name: (name) @name) @definition.function
(function (function_statement) . (_) @body)
(subroutine (subroutine_statement) . (_) @body)

; interfaces: what is declared inside of one are prototypes
(interface (interface_statement (name) @name)) @definition.interface
(interface (function) @definition.prototype)
(interface (subroutine) @definition.prototype)

; types and their members
(derived_type_definition
  (derived_type_statement [(type_name) (name)] @name)) @definition.struct
(derived_type_definition (variable_declaration declarator: [
  (identifier) @name
  (sized_declarator (identifier) @name)
  (init_declarator left: [(identifier) @name (sized_declarator (identifier) @name)])
  (pointer_init_declarator left: [(identifier) @name (sized_declarator (identifier) @name)])
]) @definition.field)
((derived_type_procedures (procedure_statement (procedure_kind) @_kind declarator: [
  (method_name) @name
  (binding (binding_name (identifier) @name))
]) @definition.method)
  (#not-match? @_kind "^[Ff]"))
(enumerator_statement declarator: [
  (identifier) @name
  (init_declarator left: (identifier) @name)
]) @definition.enumerator

; variables of modules: those of procedures are locals
(module (variable_declaration declarator: [
  (identifier) @name
  (sized_declarator (identifier) @name)
  (init_declarator left: [(identifier) @name (sized_declarator (identifier) @name)])
  (pointer_init_declarator left: [(identifier) @name (sized_declarator (identifier) @name)])
]) @definition.variable)
((module (variable_declaration attribute: (type_qualifier) @_qualifier) @definition.constant)
  (#match? @_qualifier "^[Pp][Aa][Rr][Aa][Mm][Ee][Tt][Ee][Rr]$"))
(preproc_def name: (identifier) @name) @definition.macro
(preproc_function_def name: (identifier) @name) @definition.macro

; docstrings
(comment) @comment

; imports
(use_statement (module_name) @module.use @reference.import)
(included_items (identifier) @reference.import)
(use_alias (identifier) @reference.import)
(include_statement path: (_) @module.include)
(preproc_include path: (_) @module.include)

; references
(subroutine_call subroutine: (identifier) @reference.call)
(subroutine_call subroutine: (derived_type_member_expression (type_member) @reference.call .))
(call_expression . (identifier) @reference.call)
(base_type_specifier (identifier) @reference.inherit)
(derived_type name: (type_name) @reference.type)
(method_name) @reference.identifier
(type_member) @reference.attribute
(identifier) @reference.identifier
