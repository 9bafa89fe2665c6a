#compdef tandem
# Completion of tandem for zsh; `tandem help --format zsh` wrote it.
_tandem() {
    local line value
    local -a open whole
    for line in ${(f)"$(${words[1]} complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)"}; do
        value=${${line%%$'\t'*}//:/\\:}
        case $line in
            :files) _files ;;
            :folders) _files -/ ;;
            *$'\t'*) value+=:${line#*$'\t'} ;;
        esac
        case ${line%%$'\t'*} in
            :*) ;;
            *[:=]) open+=("$value") ;;
            *) whole+=("$value") ;;
        esac
    done
    (( $#whole )) && _describe -t values tandem whole
    (( $#open )) && _describe -t values tandem open -S ''
}
_tandem "$@"
