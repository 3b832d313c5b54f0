/**
 * The window's content policy forbids evaluated code. zod compiles schemas that way where it can; it is set
 * not to try before the first schema is made. Hence this is the first import of the window.
 */
import { config } from 'zod';

config({ jitless: true });
