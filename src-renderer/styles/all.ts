/**
 * The whole look, in the order in which later sheets go before earlier ones. Every page takes all of it: what two pages share of a part
 * is built as a file of its own, which is loaded after the rest, and then earlier sheets go before later ones.
 */
import './fonts.css';
import './tokens.css';
import './base.css';
import './components.css';
import './layout.css';
import './features.css';
import './workspace.css';
import './market.css';
import './linked.css';
import './lab.css';
import './models.css';
import './alerts.css';
import './documentation.css';
import './api-page.css';
