; A rule defines every class and id in its selectors, as they are written, `md\:flex`; elements and
; states are no names of ours.
(rule_set) @definition.selector
(class_selector (class_name) @name)
(id_selector (id_name) @name)

; custom properties and animations
((declaration (property_name) @name) @definition.variable
  (#match? @name "^--"))
((at_rule (at_keyword) @_keyword . (keyword_query) @name (block) @body) @definition.variable
  (#eq? @_keyword "@property"))
(keyframes_statement (keyframes_name) @name (keyframe_block_list) @body) @definition.function

; docstrings
(comment) @comment

; imports
(import_statement (string_value) @module.import)
(import_statement (call_expression (arguments [(string_value) (plain_value)] @module.import)))

; references
((call_expression (function_name) @_function (arguments . (plain_value) @reference.identifier))
  (#eq? @_function "var"))
((declaration (property_name) @_property (plain_value) @reference.call)
  (#any-of? @_property "animation" "animation-name"))
