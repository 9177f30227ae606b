/** Downloads one file and says by how much the memory grew meanwhile. */
import { connectors } from '../../src/catalog.ts';
import { sessionOfZoom } from './zoom-session.ts';

const { env, url, file } = JSON.parse(process.argv[2] ?? '') as {
  env: Record<string, string>;
  url: string;
  file: string;
};
const session = sessionOfZoom(env);
await session.signIn();
// From the first bytes on: that fetch and its parser are loaded once has nothing to do with the file.
let before = Number.NaN;
let peak = 0;
let last = 0;
let ordered = true;
let count = 0;
const saved = await session.download(
  connectors.zoom.actions.recordings.download,
  { download_url: url },
  {
    file,
    onProgress(done) {
      const now = process.memoryUsage.rss();
      if (Number.isNaN(before)) before = now;
      peak = Math.max(peak, now);
      ordered &&= done > last;
      last = done;
      count++;
    },
  },
);
process.stdout.write(JSON.stringify({ saved, grown: peak - before, ordered, count }));
