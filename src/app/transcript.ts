import { text } from 'node:stream/consumers';
import { findAction, type Connector } from '../core/connector.ts';
import type { Action } from '../core/action.ts';
import { ConnectorError } from '../core/errors.ts';
import { textOfVtt } from '../core/vtt.ts';
import type { Session } from '../http/session.ts';

interface TranscriptFile {
  download_url?: string;
}

/**
 * What was said in a recorded meeting or webinar, a line for each utterance; several stretches of recording follow
 * one another. Undefined when there is no transcript.
 */
export async function transcriptText(
  session: Session,
  meetingId: string | number,
): Promise<string | undefined> {
  const find = actionOf(session.connector, 'recordings.transcript');
  const download = actionOf(session.connector, 'recordings.download');
  const { files } = (await session.call(find, { meetingId })) as { files: readonly TranscriptFile[] };
  const parts: string[] = [];
  for (const { download_url } of files) {
    // A file that is still being made has no address.
    if (download_url === undefined) continue;
    parts.push(textOfVtt(await text(session.open(download, { download_url }))));
  }
  return parts.length === 0 ? undefined : parts.filter((part) => part !== '').join('\n');
}

function actionOf(connector: Connector, name: string): Action {
  const action = findAction(connector, name);
  if (action) return action;
  throw new ConnectorError(`${connector.title} has no transcripts`, {
    kind: 'input',
    connector: connector.id,
    hint: 'Ask a connection whose system records meetings.',
  });
}
