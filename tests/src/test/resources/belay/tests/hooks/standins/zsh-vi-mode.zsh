# As zsh-vi-mode: at the first prompt it switches to vi keys, binds them anew, and puts widgets of
# its own around those of the line.
stand_in_precmd() { print $? >>~/seen }
stand_in_accept() { stand_in_mode=insert; zle stand-in-accept-line -- "$@" }
stand_in_line_init() { stand_in_mode=insert; print -n '\e[6 q' }
stand_in_keymap() { [[ $KEYMAP == vicmd ]] && print -n '\e[2 q' || print -n '\e[6 q' }
stand_in_normal() { zle .vi-cmd-mode }
stand_in_init() {
  precmd_functions=(${precmd_functions:#stand_in_init})
  bindkey -v
  KEYTIMEOUT=1
  zle -A accept-line stand-in-accept-line
  zle -N accept-line stand_in_accept
  zle -N vi-cmd-mode stand_in_normal
  zle -N zle-line-init stand_in_line_init
  zle -N zle-keymap-select stand_in_keymap
  bindkey -M viins '^[' vi-cmd-mode
  bindkey -M viins '^?' backward-delete-char
  bindkey -M viins '^M' accept-line
  bindkey -M vicmd '^M' accept-line
}
precmd_functions+=(stand_in_precmd stand_in_init)
