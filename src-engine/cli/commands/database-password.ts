import { databaseEntry, saveDatabasePassword } from '../../secrets/database-password.ts';
import { openSecrets } from '../../secrets/secret-store.ts';
import { type Command, EXIT_CHECK_FAILED, EXIT_DONE, flagOption, textOption } from '../command.ts';
import { readStandardInput } from '../standard-input.ts';

export const databasePassword: Command = {
  name: 'database-password',
  options: {
    database: {
      value: 'URL',
      words: 'the server, without its password; else that of PARALLAX_DATABASE',
      example: 'postgres://user@host:5432/name',
    },
    set: { words: 'stores the password that is typed', not: ['delete'] },
    delete: { words: 'deletes it' },
  },
  examples: ['database-password --set --database postgres://user@host:5432/name'],
  async run(args, output) {
    const url = textOption(args, 'database') ?? process.env['PARALLAX_DATABASE'] ?? '';
    const entry = databaseEntry(url);
    const store = openSecrets();
    if (flagOption(args, 'delete')) {
      const wasThere = await store.delete(entry);
      output.result({ deleted: wasThere }, wasThere ? 'deleted from the keychain' : 'no password was stored');
      return EXIT_DONE;
    }
    if (flagOption(args, 'set')) {
      const text = await readStandardInput(output, 'The password on one line, then Ctrl+D:');
      await saveDatabasePassword(url, text, store);
      output.result({ stored: true }, `stored in the keychain as "${entry}"`);
      return EXIT_DONE;
    }
    const isStored = (await store.get(entry)) !== undefined;
    output.result({ stored: isStored }, isStored ? `stored as "${entry}"` : `no entry "${entry}"`);
    return isStored ? EXIT_DONE : EXIT_CHECK_FAILED;
  },
};
