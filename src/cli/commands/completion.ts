import type { Command } from 'commander';
import { OWN_FLAGS } from '../call-parser.ts';
import { candidates, script, SHELLS, type Completable, type Shell } from '../completion.ts';
import { examples, type Bind } from '../command.ts';
import { fieldsOf } from '../fields.ts';
import type { Invocation } from '../invocation.ts';
import { findLinked, knownNames } from '../known-connectors.ts';
import { EXIT, usageError } from '../report-error.ts';

export function addCompletion(program: Command, bind: Bind): void {
  const command = program
    .command('completion')
    .argument('[shell]', SHELLS.join(', '))
    .argument('[words...]')
    .usage(`<${SHELLS.join('|')}>`)
    .description('Print what teaches your shell to complete commands, actions and their fields.');
  examples(command, [
    ['source <(trunkline completion bash)', 'in ~/.bashrc'],
    ['source <(trunkline completion zsh)', 'in ~/.zshrc, after compinit'],
    ['trunkline completion fish | source', 'in config.fish'],
  ]);
  bind(command, async (invocation, { args }) => {
    const [shell = '', ...words] = args;
    // The shells ask by `completion words -- <what was typed so far>`.
    if (shell === 'words') {
      const found = await candidates(program, words, known(invocation));
      if (found.length > 0) invocation.terminal.print(found.join('\n'));
      return EXIT.done;
    }
    if (!isShell(shell)) {
      throw usageError(
        shell === '' ? 'the shell is missing' : `there is no completion for '${shell}'`,
        `There is one for ${SHELLS.join(', ')}: trunkline completion bash`,
      );
    }
    invocation.terminal.print(script(shell));
    return EXIT.done;
  });
}

function isShell(name: string): name is Shell {
  return (SHELLS as readonly string[]).includes(name);
}

/** The connected systems, loaded only when they are asked for. */
function known(invocation: Invocation): Completable {
  const find = async (name: string) =>
    (await findLinked(await invocation.app(), name, invocation.io.cwd)).connector;
  return {
    connectors: async () => knownNames(await invocation.app()),
    async actions(connector) {
      const { listActions } = await import('../../core/connector.ts');
      return listActions(await find(connector)).map(({ name }) => name);
    },
    async fields(connector, name) {
      const { findAction } = await import('../../core/connector.ts');
      const { toJsonSchema } = await import('../../core/schema.ts');
      const action = findAction(await find(connector), name);
      return action ? fieldsOf(toJsonSchema(action.input, 'input'), OWN_FLAGS) : [];
    },
  };
}
