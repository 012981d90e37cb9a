; modules
(module_attribute name: (atom) @name) @definition.module

; functions, with their specifications as prototypes
(fun_decl clause: (function_clause name: (atom) @name body: (_) @body)) @definition.function
(spec fun: (atom) @name) @definition.prototype
(callback fun: (atom) @name) @definition.prototype

; further clauses; comments may stand between
((fun_decl ";") . (fun_decl) @definition.clause)
((fun_decl ";") . (comment)+ . (fun_decl) @definition.clause)

; records, types, macros
(record_decl name: (atom) @name) @definition.struct
(record_decl fields: (record_field name: (atom) @name) @definition.field)
(type_alias name: (type_name name: (atom) @name)) @definition.type
(opaque name: (type_name name: (atom) @name)) @definition.type
(pp_define lhs: (macro_lhs name: (_) @name)) @definition.macro
(pp_define lhs: (macro_lhs args: (_)) replacement: (_) @body)

; docstrings
(comment) @comment

; imports
(pp_include file: (string) @module.include)
(pp_include_lib file: (string) @module.include)
(import_attribute module: (atom) @module.import @reference.import)
(import_attribute funs: (fa fun: (atom) @reference.import))

; references: a type is written as a call is; variables are local to a clause, and atoms are data unless they are called or named
(behaviour_attribute name: (atom) @reference.inherit)
(call expr: (atom) @reference.call)
(remote fun: (atom) @reference.call)
(remote_module module: (atom) @reference.identifier)
(internal_fun fun: (atom) @reference.call)
(external_fun fun: (atom) @reference.call)
(external_fun module: (module name: (atom) @reference.identifier))
(record_name name: (atom) @reference.type)
(record_field_name name: (atom) @reference.attribute)
(record_expr fields: (record_field name: (atom) @reference.attribute))
(macro_call_expr name: (_) @reference.identifier)
(macro_call_expr name: (_) @reference.call args: (_))
(fa fun: (atom) @reference.identifier)
