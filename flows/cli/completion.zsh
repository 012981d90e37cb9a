#compdef flagday
_flagday() {
    local -a found
    found=("${(@f)$(_FLAGDAY_COMPLETE=zsh "${words[1]}" "${(@)words[2,CURRENT]}" 2>/dev/null)}")
    if [[ -n "${found[1]}" ]]; then
        _describe flagday found
    else
        _files
    fi
}
if [[ "${funcstack[1]}" == _flagday ]]; then
    _flagday "$@"
else
    compdef _flagday flagday
fi
