export { textOfVtt } from '../../core/vtt.ts';

/** A file of a recording, as far as looking for transcripts goes. */
interface FileOfRecording {
  file_type?: string | undefined;
  recording_start?: string | undefined;
}

/** The transcripts among the files of a recording, in the order of time: each stretch of recording has its own. */
export function transcriptsOf<File extends FileOfRecording>(files: readonly File[] = []): File[] {
  return files
    .filter((file) => file.file_type === 'TRANSCRIPT')
    .toSorted((a, b) => (a.recording_start ?? '').localeCompare(b.recording_start ?? ''));
}
