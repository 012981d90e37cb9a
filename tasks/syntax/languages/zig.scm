; what stands open over many nodes is asked of them alone
(Decl) @_root
(ContainerDecl) @_root

; functions; those of containers are methods
(Decl (FnProto function: (IDENTIFIER) @name)) @definition.function
(Decl (Block) @body)
(ContainerDecl (Decl (FnProto)) @definition.method)
(TestDecl (STRINGLITERALSINGLE) @name (Block) @body) @definition.function

; containers are named by the constant that holds them
(Decl (VarDecl variable_type_function: (IDENTIFIER) @name)) @definition.variable
((Decl (VarDecl "const")) @definition.constant)
(Decl (VarDecl (ErrorUnionExpr
  (SuffixExpr (ContainerDecl (ContainerDeclType ["struct" "opaque"]))) .))) @definition.struct
(Decl (VarDecl (ErrorUnionExpr
  (SuffixExpr (ContainerDecl (ContainerDeclType "enum"))) .))) @definition.enum
(Decl (VarDecl (ErrorUnionExpr
  (SuffixExpr (ContainerDecl (ContainerDeclType "union"))) .))) @definition.union
(Decl (VarDecl (ErrorUnionExpr (SuffixExpr (ErrorSetDecl)) .))) @definition.enum

; members: the grammar takes a field without a type for a type
(ContainerField field_member: (IDENTIFIER) @name) @definition.field
(ContainerDecl
  (ContainerDeclType ["enum" "union"])
  (ContainerField . (ErrorUnionExpr . (SuffixExpr
    . variable_type_function: (IDENTIFIER) @name .) .)) @definition.enumerator)
(ErrorSetDecl field_constant: (IDENTIFIER) @name @definition.enumerator)

; docstrings
(doc_comment) @comment
(line_comment) @comment

; imports
((SuffixExpr
  (BUILTINIDENTIFIER) @_import . (FnCallArguments (ErrorUnionExpr
    (SuffixExpr (STRINGLITERALSINGLE) @module.import))))
  (#eq? @_import "@import"))

; references
(SuffixExpr variable_type_function: (IDENTIFIER) @reference.call . (FnCallArguments))
(FieldOrFnCall function_call: (IDENTIFIER) @reference.call)
(FieldOrFnCall field_access: (IDENTIFIER) @reference.attribute)
(FieldInit field_member: (IDENTIFIER) @reference.attribute)
(SuffixExpr field_constant: (IDENTIFIER) @reference.attribute)
(ParamType (ErrorUnionExpr (SuffixExpr variable_type_function: (IDENTIFIER) @reference.type .)))
(IDENTIFIER) @reference.identifier
