import { stopPostgres } from './postgres.js';

stopPostgres();
