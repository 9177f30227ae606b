import type { Progress } from '../activate/run.ts';
import type { Terminal } from './terminal.ts';

const PHASES: Readonly<Record<Progress['phase'], { doing: string; of: string }>> = {
  hosts: { doing: 'looking for meetings and webinars', of: 'users' },
  instances: { doing: 'reading who was there', of: 'meetings and webinars' },
  plan: { doing: 'comparing with what was sent before', of: '' },
  contacts: { doing: 'sending contacts', of: 'contacts' },
  events: { doing: 'sending events', of: 'events' },
};

const BAR = 20;

/** Shows how far an activation has come: one line that is rewritten, or a line for each phase where that is not possible. */
export function showProgress(terminal: Terminal): (progress: Progress) => void {
  let phase: Progress['phase'] | undefined;
  return (progress) => {
    const { doing, of } = PHASES[progress.phase];
    if (terminal.live) {
      terminal.status(line(terminal, progress, doing, of));
    } else if (progress.phase !== phase && progress.total > 0) {
      terminal.note(of ? `${doing}: ${progress.total} ${of}` : doing);
    }
    phase = progress.phase;
  };
}

function line(terminal: Terminal, { done, total }: Progress, doing: string, of: string): string {
  if (!of || total === 0) return `${doing} ...`;
  const filled = Math.min(BAR, Math.round((done / total) * BAR));
  const bar = terminal.paintNote('cyan', '█'.repeat(filled)) + '░'.repeat(BAR - filled);
  return `${bar} ${doing}: ${done} of ${total} ${of}`;
}
