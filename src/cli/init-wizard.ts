import { join } from 'node:path';
import { confirm, group, intro, note, outro, password, select, text } from '@clack/prompts';
import { PLACES, SECRETS, type Answers } from './init-files.ts';
import { readText, type Invocation } from './invocation.ts';

/** What to write, as the person decided. */
export interface InitPlan {
  answers: Answers;
  write: { config: boolean; env: boolean };
}

/** Asks for everything; undefined when the person does not want to go on. */
export async function askAll(invocation: Invocation): Promise<InitPlan | undefined> {
  const { io, signal } = invocation;
  const common = { input: io.stdin, output: io.stderr, signal };
  const known = invocation.env();
  const exists = (name: string): boolean => readText(join(io.cwd, name)) !== undefined;
  let cancelled = false;
  const onCancel = (): void => {
    cancelled = true;
  };

  intro('Trunkline: set up Zoom and Brevo', common);
  note(`Zoom credentials: ${PLACES.zoom}\nBrevo key: ${PLACES.brevo}`, 'Where to find what is asked', common);
  const files = await group(
    {
      config: () => overwrite(exists('trunkline.yaml'), 'trunkline.yaml exists. Write it anew?', common),
      env: () =>
        overwrite(exists('.env'), '.env exists. Put the answers into it (other lines stay)?', common),
    },
    { onCancel },
  );
  if (cancelled || (!files.config && !files.env)) return undefined;

  const secrets: Record<string, string> = {};
  for (const secret of files.env ? SECRETS : []) {
    const answer = await askSecret(secret, Boolean(known[secret.variable]), common);
    if (typeof answer === 'symbol') return undefined;
    if (answer) secrets[secret.variable] = answer;
  }
  if (!files.config) {
    outro('Writing', common);
    return { answers: { ...blank, secrets }, write: { config: false, env: true } };
  }
  const list = (message: string) => () =>
    text({
      ...common,
      message: `${message} (id or name; empty for none)`,
      defaultValue: '',
      placeholder: '15 or Webinar attendees',
    });
  const answers = await group(
    {
      zoomPlan: () =>
        select({
          ...common,
          message: 'Plan of the Zoom account (decides how fast it may be asked)',
          initialValue: 'pro' as const,
          options: (['free', 'pro', 'business', 'unlimited'] as const).map((value) => ({ value })),
        }),
      brevoPlan: () =>
        select({
          ...common,
          message: 'Rate limits of the Brevo account',
          initialValue: 'general' as const,
          options: (['general', 'advanced', 'extended', 'unlimited'] as const).map((value) => ({ value })),
        }),
      meetingParticipants: list('Brevo list for people who were in a meeting'),
      webinarAttendees: list('Brevo list for people who were in a webinar'),
      webinarRegistrants: list('Brevo list for people who registered for a webinar'),
      ensure: () =>
        confirm({
          ...common,
          message: 'Create attributes and lists that the Brevo account does not have?',
          initialValue: true,
        }),
    },
    { onCancel },
  );
  if (cancelled) return undefined;
  outro('Writing', common);
  const { zoomPlan, brevoPlan, ensure, ...lists } = answers;
  return { answers: { zoomPlan, brevoPlan, ensure, lists, secrets }, write: files };
}

const blank: Omit<Answers, 'secrets'> = {
  zoomPlan: 'pro',
  brevoPlan: 'general',
  ensure: false,
  lists: { meetingParticipants: '', webinarAttendees: '', webinarRegistrants: '' },
};

type Common = Pick<Parameters<typeof text>[0], 'input' | 'output' | 'signal'>;

function overwrite(exists: boolean, message: string, common: Common): Promise<boolean | symbol> {
  return exists ? confirm({ ...common, message, initialValue: false }) : Promise.resolve(true);
}

function askSecret(
  { title, optional, hidden }: (typeof SECRETS)[number],
  known: boolean,
  common: Common,
): Promise<string | symbol> {
  const may = known ? ' (set already; Enter keeps it)' : optional ? ' (Enter to leave out)' : '';
  const validate = (value: string | undefined): string | undefined =>
    value || known || optional ? undefined : 'This is needed. Ctrl-C ends without writing anything.';
  return hidden
    ? password({ ...common, message: title + may, validate })
    : text({ ...common, message: title + may, validate, defaultValue: '' });
}
