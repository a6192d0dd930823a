"""`mayfly completion SHELL`: what the shells need to complete commands and options."""

from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Mapping

SHELLS = ("bash", "zsh", "fish")
_BASH = """_mayfly() {{
  local word="${{COMP_WORDS[COMP_CWORD]}}" at command=""
  for ((at = 1; at < COMP_CWORD; at++)); do
    case " {commands} " in *" ${{COMP_WORDS[at]}} "*) command="${{COMP_WORDS[at]}}"; break;; esac
  done
  case "$command" in
{cases}
    *) COMPREPLY=($(compgen -W "{commands} {common}" -- "$word"));;
  esac
}}
complete -o default -F _mayfly mayfly
"""
_ZSH = """#compdef mayfly
_mayfly() {{
  local command="" each
  for each in "${{words[@]:1}}"; do
    case " {commands} " in *" $each "*) command="$each"; break;; esac
  done
  case "$command" in
{cases}
    *) compadd -- {commands} {common};;
  esac
}}
compdef _mayfly mayfly
"""


def script(shell: str, parser: ArgumentParser) -> str:
    """The script for a shell, made of what the parser takes."""
    commands = {name: options(each) for name, each in subcommands(parser).items()}
    if shell == "fish":
        return _fish(
            commands, {name: each.description or "" for name, each in subcommands(parser).items()}
        )
    form, line = (_BASH, _bash_case) if shell == "bash" else (_ZSH, _zsh_case)
    cases = "\n".join(line(name, each) for name, each in commands.items())
    return form.format(commands=" ".join(commands), cases=cases, common=" ".join(options(parser)))


def subcommands(parser: ArgumentParser) -> Mapping[str, ArgumentParser]:
    """The parsers of the commands, by name."""
    for each in parser._actions:
        if isinstance(each, _SubParsersAction):
            found: Mapping[str, ArgumentParser] = each.choices
            return found
    return {}


def options(parser: ArgumentParser) -> list[str]:
    """The long options, and the words that may stand there."""
    found: list[str] = []
    for each in parser._actions:
        found += [name for name in each.option_strings if name.startswith("--")]
        if not each.option_strings and each.choices and not isinstance(each, _SubParsersAction):
            found += [str(word) for word in each.choices]
    return found


def _bash_case(name: str, words: list[str]) -> str:
    return f'    {name}) COMPREPLY=($(compgen -W "{" ".join(words)}" -- "$word"));;'


def _zsh_case(name: str, words: list[str]) -> str:
    return f"    {name}) compadd -- {' '.join(words)}; _files;;"


def _fish(commands: Mapping[str, list[str]], about: Mapping[str, str]) -> str:
    lines = []
    for name, words in commands.items():
        said = about[name].replace("\\", "\\\\").replace("'", "\\'")
        lines.append(f"complete -c mayfly -n __fish_use_subcommand -a {name} -d '{said}'")
        where = f"-n '__fish_seen_subcommand_from {name}'"
        for each in words:
            what = f"-l {each[2:]}" if each.startswith("--") else f"-a {each}"
            lines.append(f"complete -c mayfly {where} {what}")
    return "\n".join([*lines, ""])
