; packages: the clause alone is the package's node, it is nobody's scope
(package (full_ident) @name) @definition.package

; messages and their fields
(message (message_name) @name (message_body) @body) @definition.message
(field (type) (identifier) @name) @definition.field
(map_field (type) (identifier) @name) @definition.field
(oneof (identifier) @name @definition.field)
(oneof_field (type) (identifier) @name) @definition.field

; enums
(enum (enum_name) @name (enum_body) @body) @definition.enum
(enum_field (identifier) @name) @definition.enumerator

; services
(service (service_name) @name) @definition.service
(service "{" @body)
(rpc (rpc_name) @name) @definition.rpc
(rpc "{" @body)

; docstrings
(comment) @comment

; imports
(import path: (_) @module.import)

; references: of a qualified name, its last part
(message_or_enum_type (identifier) @reference.type .)
(extend (full_ident (identifier) @reference.inherit .))
(option (identifier) @reference.annotation)
(option (full_ident (identifier) @reference.annotation .))
(field_option (identifier) @reference.annotation)
(field_option (full_ident (identifier) @reference.annotation .))
(constant (full_ident (identifier) @reference.identifier .))
