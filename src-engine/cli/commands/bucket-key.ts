import { AwsKey } from '../../aws/aws-key.ts';
import { BUCKET_KEY_ENTRY } from '../../secrets/bucket-key.ts';
import { openSecrets, secretsPlace } from '../../secrets/secret-store.ts';
import { type Command, EXIT_CHECK_FAILED, EXIT_DONE, flagOption } from '../command.ts';
import { readStandardInput } from '../standard-input.ts';

export const bucketKey: Command = {
  name: 'bucket-key',
  options: {
    set: { words: 'stores the key that is typed', not: ['delete'] },
    delete: { words: 'deletes it' },
  },
  details:
    'The key with which `export` writes to a bucket: the id of the access key, its secret, and a session token where there is one, a line each. It goes where the keys of venues are, and is shown nowhere.',
  examples: ['bucket-key --set', 'bucket-key'],
  async run(args, output) {
    const store = openSecrets();
    if (flagOption(args, 'delete')) {
      const deleted = await store.delete(BUCKET_KEY_ENTRY);
      output.result({ deleted }, deleted ? `deleted from ${secretsPlace()}` : 'no key was stored');
      return EXIT_DONE;
    }
    if (flagOption(args, 'set')) {
      const prompt =
        'Id of the access key, its secret, and a session token if there is one, a line each, then Ctrl+D:';
      const text = (await readStandardInput(output, prompt)).trim();
      AwsKey.read(text, 'standard input');
      await store.set(BUCKET_KEY_ENTRY, text);
      output.result({ stored: true }, `stored in ${secretsPlace()}`);
      return EXIT_DONE;
    }
    const stored = (await store.get(BUCKET_KEY_ENTRY)) !== undefined;
    output.result({ stored }, stored ? `stored in ${secretsPlace()}` : `no key in ${secretsPlace()}`);
    return stored ? EXIT_DONE : EXIT_CHECK_FAILED;
  },
};
