import type { Command } from 'commander';
import type { Finding } from '../../app/index.ts';
import { examples, type Bind } from '../command.ts';
import type { Invocation } from '../invocation.ts';
import { table } from '../layout.ts';
import { EXIT } from '../report-error.ts';
import type { Style } from '../terminal.ts';

const MARKS: Readonly<Record<Finding['state'], { mark: string; style: Style }>> = {
  ok: { mark: '✓', style: 'green' },
  warning: { mark: '!', style: 'yellow' },
  failed: { mark: '✗', style: 'red' },
};

export function addDoctor(program: Command, bind: Bind): void {
  const command = program
    .command('doctor')
    .description(
      'Check configuration, credentials, scopes, plan, clock, database and mapping; changes nothing.',
    );
  examples(command, [['trunkline doctor'], ['trunkline doctor --json']]);
  bind(command, async (invocation) => {
    const { terminal } = invocation;
    const findings = await examine(invocation);
    if (terminal.json) terminal.printJson(findings);
    else {
      const rows = findings.map(({ check, state, detail, hint }) => {
        const { mark, style } = MARKS[state];
        return [
          { text: mark, paint: (text: string) => terminal.paint(style, text) },
          check,
          hint ? `${detail}\n→ ${hint}` : detail,
        ];
      });
      const columns = [{ title: '' }, { title: '' }, { title: '', wrap: true }];
      terminal.print(table(columns, rows, terminal.proseWidth));
      terminal.note(`\n${conclusion(findings)}`);
    }
    return exitCodeFor(findings);
  });
}

async function examine(invocation: Invocation): Promise<Finding[]> {
  const { ConfigError } = await import('../../app/index.ts');
  try {
    return await (await invocation.app()).doctor();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { message: detail, hint, kind } = error;
    return [{ check: 'configuration', state: 'failed', detail, hint, kind }];
  }
}

function conclusion(findings: readonly Finding[]): string {
  const failed = findings.filter(({ state }) => state === 'failed').length;
  const warnings = findings.filter(({ state }) => state === 'warning').length;
  if (failed > 0) return `${failed} of ${findings.length} checks failed.`;
  const tail = warnings > 0 ? `, with ${warnings} to look at` : '';
  return `All is ready${tail}. Next: trunkline activate --dry-run`;
}

/** Failed; wrong configuration when that is all there is. */
function exitCodeFor(findings: readonly Finding[]): number {
  const failed = findings.filter(({ state }) => state === 'failed');
  if (failed.length === 0) return EXIT.done;
  return failed.every(({ kind }) => kind === 'config') ? EXIT.usage : EXIT.failed;
}
