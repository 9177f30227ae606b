import { parseEnv } from 'node:util';
import type { BrevoPlan, ZoomPlan } from '../app/index.ts';

/** Everything that the wizard asks for. */
export interface Answers {
  zoomPlan: ZoomPlan;
  brevoPlan: BrevoPlan;
  lists: { meetingParticipants: string; webinarAttendees: string; webinarRegistrants: string };
  /** Create what the mapping or the lists name and the account does not have. */
  ensure: boolean;
  /** By variable; what is left out stays as it is. */
  secrets: Readonly<Record<string, string>>;
}

export const DEFAULT_ANSWERS: Answers = {
  zoomPlan: 'pro',
  brevoPlan: 'general',
  lists: { meetingParticipants: '', webinarAttendees: '', webinarRegistrants: '' },
  ensure: false,
  secrets: {},
};

/** What belongs into the environment, and where it is found. */
export const SECRETS: readonly { variable: string; title: string; optional?: boolean; hidden?: boolean }[] = [
  { variable: 'ZOOM_ACCOUNT_ID', title: 'Zoom: Account ID' },
  { variable: 'ZOOM_CLIENT_ID', title: 'Zoom: Client ID' },
  { variable: 'ZOOM_CLIENT_SECRET', title: 'Zoom: Client Secret', hidden: true },
  { variable: 'BREVO_API_KEY', title: 'Brevo: API key', hidden: true },
  {
    variable: 'ZOOM_WEBHOOK_SECRET',
    title: 'Zoom: Secret Token of the webhooks (only for webhooks)',
    optional: true,
    hidden: true,
  },
];

/** Where people find the credentials. */
export const PLACES = {
  zoom: 'marketplace.zoom.us: Develop, Build App, Server-to-Server OAuth App, App Credentials',
  brevo: 'app.brevo.com: Settings, SMTP & API, API keys',
};

/** The text of `trunkline.yaml`. */
export function configText({ zoomPlan, brevoPlan, lists, ensure }: Answers): string {
  return `# Trunkline's settings. \${NAME} is taken from the environment or from .env; secrets belong there.
connectors:
  zoom:
    enabled: true
    # ${PLACES.zoom}
    account_id: "\${ZOOM_ACCOUNT_ID}"
    client_id: "\${ZOOM_CLIENT_ID}"
    client_secret: "\${ZOOM_CLIENT_SECRET}"
    # The plan of the Zoom account decides how fast it may be asked: free, pro, business or unlimited.
    plan: ${zoomPlan}

    sync:
      participants: true
      webinars: true
      recordings: true

    # Only for live updates by webhooks.
    webhook:
      secret_token: "\${ZOOM_WEBHOOK_SECRET:-}"

    # The Brevo lists that people are put on: the id or the name of a list, or null for none.
    lists:
      meeting_participants: ${listText(lists.meetingParticipants)}
      webinar_attendees: ${listText(lists.webinarAttendees)}
      webinar_registrants: ${listText(lists.webinarRegistrants)}

brevo:
  # ${PLACES.brevo}
  api_key: "\${BREVO_API_KEY}"
  # The Brevo tier decides how fast it may be asked: general, advanced, extended or unlimited.
  plan: ${brevoPlan}
  # Create attributes that the mapping names and the account does not have.
  ensure_attributes: ${ensure}
  # Create lists that are named above and that the account does not have.
  ensure_lists: ${ensure}
  # Send events such as webinar_attended.
  events: true

# What is known of a person, and the Brevo attribute that it goes to.
# Others: first_name, last_name, leave_time, percent, joins, host_email, answers.<question of the registration form>
field_mapping:
  email: email
  name: FIRSTNAME
  join_time: MEETING_JOIN_DATE
  duration: MEETING_DURATION
  webinar_title: WEBINAR_NAME
  attendance_status: ATTENDANCE_STATUS
  registration_source: UTM_SOURCE

# Who is not sent to Brevo.
exclude:
  # People of these domains, such as [example.com].
  domains: []
  # People with a user in the own Zoom account.
  internal: false
`;
}

/** Numbers are ids, everything else is a name. */
function listText(answer: string): string {
  const text = answer.trim();
  if (text === '') return 'null';
  return /^[1-9]\d*$/.test(text) ? text : JSON.stringify(text.replaceAll('${', () => '$${'));
}

/** The text of `.env`: what was there, with the answers put in. */
export function envText(before: string, { secrets }: Answers): string {
  const present = parseEnv(before);
  let text = before;
  if (text === '') text = '# Secrets of Trunkline: not for version control.\n';
  if (!text.endsWith('\n')) text += '\n';
  for (const { variable, title } of SECRETS) {
    const value = secrets[variable];
    if (value === undefined && variable in present) continue;
    const line = `${variable}=${quote(value ?? '')}`;
    const old = new RegExp(String.raw`^[ \t]*(?:export[ \t]+)?${variable}[ \t]*=.*$`, 'm');
    text = old.test(text) ? text.replace(old, () => line) : `${text}# ${title}\n${line}\n`;
  }
  return text;
}

function quote(value: string): string {
  if (/^[\w@%+:,./-]*$/.test(value)) return value;
  const mark = ["'", '"', '`'].find((one) => !value.includes(one)) ?? "'";
  return mark + value + mark;
}
