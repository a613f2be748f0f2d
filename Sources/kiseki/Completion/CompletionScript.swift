/// The script that teaches a shell to ask this program what could come next.
enum CompletionScript: String, CaseIterable {
  case bash, zsh, fish

  /// How to have it in every session.
  var hint: String {
    switch self {
    case .bash: "next: add 'source <(kiseki completions bash)' to ~/.bashrc"
    case .zsh: "next: add 'source <(kiseki completions zsh)' to ~/.zshrc, behind compinit"
    case .fish: "next: kiseki completions fish > ~/.config/fish/completions/kiseki.fish"
    }
  }

  var text: String {
    switch self {
    case .bash: Self.bashText
    case .zsh: Self.zshText
    case .fish: Self.fishText
    }
  }

  private static let bashText = #"""
    # Completions of kiseki for bash: source <(kiseki completions bash)
    _kiseki() {
      local IFS=$'\n' last
      COMPREPLY=($("$1" complete --line "${COMP_LINE:0:COMP_POINT}" --breaks "$COMP_WORDBREAKS" 2>/dev/null))
      last=${COMPREPLY[0]: -1}
      if [ "${#COMPREPLY[@]}" -eq 1 ] && { [ "$last" = = ] || [ "$last" = / ]; }; then
        compopt -o nospace 2>/dev/null
      fi
      return 0
    }
    complete -F _kiseki kiseki

    """#

  private static let zshText = #"""
    #compdef kiseki
    # Completions of kiseki for zsh: source <(kiseki completions zsh)
    _kiseki() {
      local line word
      local -a whole wholeText open openText
      while IFS= read -r line; do
        word=${line%%$'\t'*}
        [[ $line == *$'\t'* ]] && line="$word  -- ${line#*$'\t'}"
        case $word in
          *[=/]) open+=("$word"); openText+=("$line") ;;
          *) whole+=("$word"); wholeText+=("$line") ;;
        esac
      done < <("${(Q)words[1]}" complete -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)
      (( ${#whole} )) && compadd -l -d wholeText -a whole
      (( ${#open} )) && compadd -S '' -l -d openText -a open
      return 0
    }
    if [[ ${funcstack[1]} == _kiseki ]]; then
      _kiseki "$@"
    else
      (( $+functions[compdef] )) && compdef _kiseki kiseki
    fi

    """#

  private static let fishText = #"""
    # Completions of kiseki for fish: kiseki completions fish | source
    complete -c kiseki -f -a '(kiseki complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'

    """#
}
