/** The collections, in the order in which their rows refer to each other. */
import { ans } from './ans.js';
import { jawikinews, neruk, reuters } from './articles.js';
import { newsmedia } from './newsmedia.js';
import { politifact } from './politifact.js';
import { polnear } from './polnear.js';
import { speakers } from './speakers.js';

export const corpora = [newsmedia, speakers, politifact, polnear, reuters, jawikinews, neruk, ans];
