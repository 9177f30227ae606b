import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { examples, type Bind } from '../command.ts';
import { configText, DEFAULT_ANSWERS, envText, SECRETS, type Answers } from '../init-files.ts';
import { readText, type Invocation } from '../invocation.ts';
import { EXIT, hanging, usageError } from '../report-error.ts';

export function addInit(program: Command, bind: Bind): void {
  const command = program
    .command('init')
    .description(
      'Write trunkline.yaml and .env: asks for what is needed, or writes a commented default with --yes.',
    )
    .option('--yes', 'ask nothing; write the defaults, and leave files that exist as they are');
  examples(command, [['trunkline init'], ['trunkline init --yes', 'in scripts']]);
  bind<{ yes?: boolean }>(command, async (invocation, { options }) => {
    const { io } = invocation;
    if (options.yes) return finish(invocation, writeDefaults(invocation));
    if (!io.isTTY.stdin || !io.isTTY.stderr || invocation.terminal.json) {
      throw usageError(
        'init asks questions, and there is nobody to answer',
        'Add --yes to write a default file.',
      );
    }
    const { askAll } = await import('../init-wizard.ts');
    const plan = await askAll(invocation);
    if (!plan) {
      invocation.terminal.note('Nothing was written.');
      return EXIT.interrupted;
    }
    return finish(invocation, writeAll(invocation, plan.answers, plan.write));
  });
}

/** What became of each file. */
export interface Written {
  file: string;
  path: string;
  state: 'written' | 'kept';
}

function writeDefaults(invocation: Invocation): Written[] {
  const exists = (name: string): boolean => readText(join(invocation.io.cwd, name)) !== undefined;
  return writeAll(invocation, DEFAULT_ANSWERS, { config: !exists('trunkline.yaml'), env: !exists('.env') });
}

function writeAll({ io }: Invocation, answers: Answers, write: { config: boolean; env: boolean }): Written[] {
  const configPath = join(io.cwd, 'trunkline.yaml');
  const envPath = join(io.cwd, '.env');
  if (write.config) writeFileSync(configPath, configText(answers));
  if (write.env) {
    writeFileSync(envPath, envText(readText(envPath) ?? '', answers), { mode: 0o600 });
    // A mode is applied to new files only, and this one now holds secrets.
    chmodSync(envPath, 0o600);
  }
  return [
    { file: 'trunkline.yaml', path: configPath, state: write.config ? 'written' : 'kept' },
    { file: '.env', path: envPath, state: write.env ? 'written' : 'kept' },
  ];
}

function finish(invocation: Invocation, written: Written[]): number {
  const { terminal } = invocation;
  if (terminal.json) {
    terminal.printJson({ files: written });
    return EXIT.done;
  }
  const says = { written: 'written', kept: 'exists already, left as it is' };
  const env = invocation.env();
  const empty = SECRETS.filter(({ variable, optional }) => !optional && !env[variable]);
  const steps = [
    ...(empty.length > 0 ? [`fill in .env: ${empty.map(({ variable }) => variable).join(', ')}`] : []),
    'trunkline doctor',
    'trunkline activate --dry-run',
  ];
  terminal.print(
    [
      ...written.map(({ file, state }) => {
        const mark = state === 'written' ? terminal.paint('green', '✓') : '-';
        const care = file === '.env' && state === 'written' ? '; only you can read it, keep it so' : '';
        return `${mark} ${file.padEnd(15)} ${says[state]}${care}`;
      }),
      '',
      'Next:',
      ...steps.flatMap((step, i) => hanging(step, terminal.proseWidth, `  ${i + 1}. `, '     ')),
    ].join('\n'),
  );
  return EXIT.done;
}
