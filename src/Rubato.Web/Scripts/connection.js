// The connection of the page, from the start to the notice that it is lost. Part of the page, as start.js.
(() => {
  // A WebSocket at once, without asking first how to connect: that answer takes a turn. Where something between forbids WebSockets the page loads again and asks.
  // A browser that could not remember that asks every time.
  const mustAsk = 'rubato.mustAsk';
  const asks = () => { try { return sessionStorage.getItem(mustAsk) !== null; } catch { return true; } };
  const askNextTime = () => { try { sessionStorage.setItem(mustAsk, '1'); return true; } catch { return false; } };
  let wasOpen = false;

  class Direct extends WebSocket {
    constructor(...all) {
      super(...all);
      this.addEventListener('open', () => { wasOpen = true; });
      this.addEventListener('close', () => { if (!wasOpen && askNextTime()) location.reload(); });
    }
  }

  document.addEventListener('DOMContentLoaded', () => {
    Blazor.start({
      circuit: {
        configureSignalR: builder => { if (!asks()) builder.withUrl('_blazor', { skipNegotiation: true, transport: 1, WebSocket: Direct }); },
        // There are none; without saying so the page would ask for the list.
        initializers: { beforeStart: [], afterStarted: [] },
      },
    });
    watch(document.getElementById('components-reconnect-modal'));
  });

  async function answers() {
    try {
      return (await fetch('ready', { cache: 'no-store' })).ok;
    } catch {
      return false;
    }
  }

  // What the person sees when the server is gone: a notice, and the page loads again by itself once it answers.
  function watch(notice) {
    const say = text => { notice.querySelector('[data-text]').textContent = text; };

    async function loadWhenBack() {
      say('The server restarted or forgot this page. It loads again as soon as the server answers.');
      while (!await answers()) await new Promise(done => setTimeout(done, 1000));
      location.reload();
    }

    notice.addEventListener('components-reconnect-state-changed', async event => {
      switch (event.detail.state) {
        case 'show':
          say('The connection to the server is lost. Trying again…');
          notice.hidden = false;
          break;
        case 'hide':
          notice.hidden = true;
          break;
        case 'failed':
        case 'rejected':
          notice.hidden = false;
          await loadWhenBack();
          break;
      }
    });
    notice.querySelector('button').addEventListener('click', () => location.reload());
  }
})();
