import type { Command } from 'commander';
import type { Field } from './fields.ts';

/** What completion needs to know of the connected systems; asked only where it is needed. */
export interface Completable {
  connectors(): Promise<readonly string[]>;
  actions(connector: string): Promise<readonly string[]>;
  fields(connector: string, action: string): Promise<readonly Field[]>;
}

/**
 * What the last of the words may become.
 *
 * @param words what stands after the program's name; the last one is being typed and may be empty
 */
export async function candidates(
  program: Command,
  words: readonly string[],
  of: Completable,
): Promise<string[]> {
  const typed = words.at(-1) ?? '';
  const all = await possible(program, words.slice(0, -1), typed, of);
  return all.filter((candidate) => candidate.startsWith(typed)).toSorted();
}

async function possible(
  program: Command,
  before: readonly string[],
  typed: string,
  of: Completable,
): Promise<readonly string[]> {
  const [name, second, third] = before;
  if (name === undefined) return program.commands.map((command) => command.name());
  const command = program.commands.find((one) => one.name() === name);
  if (!command) return [];
  if (name === 'call') return ofCall(command, before, typed, of, second, third);
  if (typed.startsWith('-')) return flagsOf(command);
  if (before.length > 1) return [];
  if (command.commands.length > 0) return command.commands.map((sub) => sub.name());
  return name === 'actions' || name === 'streams' ? of.connectors() : [];
}

async function ofCall(
  command: Command,
  before: readonly string[],
  typed: string,
  of: Completable,
  connector: string | undefined,
  action: string | undefined,
): Promise<readonly string[]> {
  if (connector === undefined) return of.connectors();
  if (action === undefined) return of.actions(connector);
  const fields = await of.fields(connector, action);
  const previous = before.at(-1) ?? '';
  const choices = fields.find(({ flag }) => `--${flag}` === previous)?.choices ?? [];
  if (choices.length > 0 && !typed.startsWith('-')) return choices;
  return [...fields.map(({ flag }) => `--${flag}`), ...flagsOf(command)];
}

function flagsOf(command: Command): string[] {
  return command.options.flatMap(({ long }) => long ?? []);
}

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** The lines that teach a shell to ask us. */
export function script(shell: Shell): string {
  return SCRIPTS[shell];
}

const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `_trunkline() {
  local IFS=$'\\n'
  COMPREPLY=($(trunkline completion words -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _trunkline trunkline`,
  zsh: `#compdef trunkline
_trunkline() {
  local -a found
  found=("\${(@f)$(trunkline completion words -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  compadd -a found
}
compdef _trunkline trunkline`,
  fish: `function __trunkline
  set -l words (commandline -opc) (commandline -ct)
  trunkline completion words -- $words[2..-1] 2>/dev/null
end
complete -c trunkline -f -a '(__trunkline)'`,
};
