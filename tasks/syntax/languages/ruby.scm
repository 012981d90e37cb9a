; modules and classes
(module name: (constant) @name body: (_)? @body) @definition.module
(module
  name: (scope_resolution name: (constant) @name)
  body: (_)? @body) @definition.module
(module name: (scope_resolution scope: (_) @scope))
(class name: (constant) @name body: (_)? @body) @definition.class
(class
  name: (scope_resolution name: (constant) @name)
  body: (_)? @body) @definition.class
(class name: (scope_resolution scope: (_) @scope))

; methods
(method name: (_) @name body: (_)? @body) @definition.method
((method name: (identifier) @_name) @definition.constructor (#eq? @_name "initialize"))
(singleton_method name: (_) @name body: (_)? @body) @definition.method
(alias name: (_) @name) @definition.method
((call
  !receiver method: (identifier) @_method
  arguments: (argument_list . (simple_symbol) @name)) @definition.method
  (#any-of? @_method "alias_method" "define_method"))

; accessors
((call
  !receiver method: (identifier) @_method
  arguments: (argument_list [
    (simple_symbol) @name
    (string (string_content) @name)
  ])) @definition.property
  (#any-of? @_method "attr" "attr_accessor" "attr_reader" "attr_writer" "cattr_accessor"
    "mattr_accessor" "class_attribute" "cattr_reader" "mattr_reader" "thread_mattr_accessor"))

; constants, also those that hold a new class; variables of a class, and global ones
(assignment left: (constant) @name) @definition.constant
(assignment left: (left_assignment_list (constant) @name)) @definition.constant
(operator_assignment left: (constant) @name) @definition.constant
((assignment
  left: (constant)
  right: (call receiver: (constant) @_kind method: (identifier) @_new block: (_)? @body))
  @definition.class
  (#any-of? @_kind "Class" "Data" "Struct")
  (#any-of? @_new "define" "new"))
((assignment
  left: (constant)
  right: (call receiver: (constant) @_kind method: (identifier) @_new block: (_)? @body))
  @definition.module
  (#eq? @_kind "Module")
  (#eq? @_new "new"))
(class body: (body_statement (assignment left: (class_variable) @name) @definition.field))
(module body: (body_statement (assignment left: (class_variable) @name) @definition.field))
(program (assignment left: (global_variable) @name) @definition.variable)

; docstrings
(comment) @comment

; imports
((call
  !receiver method: (identifier) @_method
  arguments: (argument_list . (string (string_content) @module.require)))
  (#any-of? @_method "load" "require" "require_relative"))
((call
  !receiver method: (identifier) @_method
  arguments: (argument_list . (simple_symbol) . (string (string_content) @module.require)))
  (#eq? @_method "autoload"))

; references
(call method: (identifier) @reference.call)
(call method: (constant) @reference.call)
(superclass [
  (constant) @reference.inherit
  (scope_resolution name: (constant) @reference.inherit)
])
((call
  !receiver method: (identifier) @_method
  arguments: (argument_list [
    (constant) @reference.inherit
    (scope_resolution name: (constant) @reference.inherit)
  ]))
  (#any-of? @_method "extend" "include" "prepend"))
(constant) @reference.type
(instance_variable) @reference.attribute
(class_variable) @reference.attribute
(global_variable) @reference.identifier
(identifier) @reference.identifier
