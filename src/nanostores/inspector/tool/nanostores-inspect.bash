# Completion of nanostores-inspect for bash: commands, options, programs, files, and names of stores.

# Offers the lines that begin as the word does. They come from a program: nothing of them is expanded, by compgen -W, or
# by the shell when they stand in its line.
_nanostores_inspect_offer() {
    local line quoted
    while IFS= read -r line; do
        printf -v quoted %q "$line"
        [[ $line == "$current"* || $quoted == "$current"* ]] && COMPREPLY+=("$quoted")
    done
}

_nanostores_inspect_files() {
    compopt -o filenames 2>/dev/null
    local IFS=$'\n'
    COMPREPLY=($(compgen -f -- "$current"))
}

_nanostores_inspect() {
    local current previous command word i program=()
    current=${COMP_WORDS[COMP_CWORD]}
    previous=${COMP_WORDS[COMP_CWORD-1]}
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; ++i)); do
        word=${COMP_WORDS[i]}
        case $word in
            -p|--program) program=(--program "${COMP_WORDS[i+1]}"); ((++i)) ;;
            --width|--kind|--count|--steps|--key|-o|--output|--as|--turns|--name|--ignore|--within|--allow) ((++i)) ;;
            -*) ;;
            *) [ -n "$command" ] || command=$word ;;
        esac
    done
    case $previous in
        -p|--program)
            _nanostores_inspect_offer < <(nanostores-inspect programs 2>/dev/null | awk '{ print $1; print $2 }')
            return ;;
        --kind)
            COMPREPLY=($(compgen -W 'store computed batched effect' -- "$current"))
            return ;;
        --as)
            COMPREPLY=($(compgen -W 'redux perfetto dot qttest' -- "$current"))
            return ;;
        --allow)
            COMPREPLY=($(compgen -W 'read edit travel tcp' -- "$current"))
            return ;;
        -o|--output)
            _nanostores_inspect_files
            return ;;
        --width|--count|--steps|--key|--turns|--name|--ignore|--within)
            return ;;
    esac
    if [[ $current == -* ]]; then
        local options='--program --json --width --help --version'
        case $command in
            list) options+=' --unobserved --wasted --kind' ;;
            watch) options+=' --count' ;;
            graph) options+=' --dot --steps' ;;
            set) options+=' --key --remove' ;;
            record) options+=' --output --count' ;;
            replay) options+=' --values --ignore' ;;
            test) options+=' --values --ignore --within' ;;
            run) options+=' --output --allow' ;;
            export) options+=' --as --output --turns --name' ;;
        esac
        COMPREPLY=($(compgen -W "$options" -- "$current"))
        return
    fi
    case $command in
        '') COMPREPLY=($(compgen -W 'programs list watch why get set graph record replay test run export' -- "$current")) ;;
        replay|test|run|export)
            _nanostores_inspect_files ;;
        list|watch|why|get|set|graph)
            _nanostores_inspect_offer < <(nanostores-inspect "${program[@]}" list --json 2>/dev/null |
                sed -n 's/.*"name":"\([^"\\]*\)".*/\1/p')
            # a colon splits words in bash
            declare -F __ltrim_colon_completions >/dev/null && __ltrim_colon_completions "$current" ;;
    esac
}
complete -F _nanostores_inspect nanostores-inspect
