/* Waymark's whole script. Every page works without it. It holds no words: what it shows stands hidden in the page.
 *
 * 1. Exit: Shift three times within five seconds goes where "Exit now" goes, hiding the page at once.
 * 2. Drafts: <form data-draft="contact" data-draft-record="ID"> is sent to POST /draft a second after typing stops: its
 *    own fields with csrf, draft-form and draft-record. The server puts a kept draft into the form when the page is
 *    opened again (by the view, or with data-fill by itself). Passwords and files never go. It shows [data-draft-saved] or [data-draft-lost] inside the form.
 * 3. Places: <form data-places="FIELD"> offers names of places as one types in FIELD (editors only: finding help never
 *    sends what is typed).
 * 4. Signing: <div data-sign hidden> becomes a box to draw in with a finger, pen or mouse; what is drawn goes into its
 *    hidden field as "M12 40L13 41". Without this script the form offers its other ways to sign. */
(function () {
  'use strict';

  /* ---- exit ---- */
  var exit = document.querySelector('a[data-exit]'), presses = [];
  function leave() {
    document.documentElement.hidden = true;
    location.replace(exit.href);
  }
  if (exit) {
    exit.addEventListener('click', function (e) { e.preventDefault(); leave(); });
    document.addEventListener('keydown', function (e) {
      var now = Date.now();
      if (e.key !== 'Shift') { presses = []; return; }
      if (e.repeat) return;
      presses = presses.filter(function (t) { return now - t < 5000; });
      presses.push(now);
      if (presses.length >= 3) leave();
    });
    /* A page kept for the Back button must not be shown again after leaving. */
    window.addEventListener('pageshow', function (e) {
      if (e.persisted) { document.documentElement.hidden = true; location.reload(); }
    });
  }

  /* ---- drafts ---- */
  function fields(form) {
    var out = new URLSearchParams();
    Array.prototype.forEach.call(form.elements, function (el) {
      if (!el.name || el.disabled || el.name === 'csrf' || /^(password|file|submit|button)$/.test(el.type)) return;
      if ((el.type === 'checkbox' || el.type === 'radio') && !el.checked) return;
      out.append(el.name, el.value);
    });
    return out.toString();
  }

  function show(form, which) {
    ['saved', 'lost'].forEach(function (name) {
      var el = form.querySelector('[data-draft-' + name + ']');
      if (el) el.hidden = name !== which;
    });
  }

  /* Says which draft a sent form had, so that it goes once the form is taken. */
  function add(form, name, value) {
    var el = form.querySelector('input[type=hidden][name=' + name + ']') || document.createElement('input');
    el.type = 'hidden';
    el.name = name;
    el.value = value;
    form.appendChild(el);
  }

  function send(form, data) {
    var body = new URLSearchParams(data), csrf = form.elements.namedItem('csrf');
    body.append('csrf', csrf ? csrf.value : '');
    body.append('draft-form', form.dataset.draft);
    body.append('draft-record', form.dataset.draftRecord || '');
    return fetch('/draft', { method: 'POST', body: body, credentials: 'same-origin', cache: 'no-store', redirect: 'error' });
  }

  Array.prototype.forEach.call(document.querySelectorAll('form[data-draft]'), function (form) {
    if (!form.dataset.draft) return;
    var timer = 0, sent = fields(form), leaving = false;
    function save() {
      var data = fields(form);
      clearTimeout(timer);
      if (data === sent || leaving) return;
      send(form, data).then(function (reply) {
        if (reply.ok) sent = data;
        show(form, reply.ok ? 'saved' : 'lost');
      }).catch(function () {
        show(form, 'lost');
        timer = setTimeout(save, 10000); /* no signal: try again */
      });
    }
    form.addEventListener('input', function () {
      clearTimeout(timer);
      timer = setTimeout(save, 1000);
    });
    document.addEventListener('visibilitychange', function () { if (document.hidden) save(); });
    form.addEventListener('submit', function () {
      leaving = true;
      clearTimeout(timer);
      add(form, 'draft-form', form.dataset.draft);
      add(form, 'draft-record', form.dataset.draftRecord || '');
    });
  });

  /* ---- places ---- */
  Array.prototype.forEach.call(document.querySelectorAll('form[data-places]'), function (form) {
    var box = form.dataset.places && form.elements.namedItem(form.dataset.places), timer = 0;
    if (!box) return;
    var list = document.createElement('datalist');
    list.id = 'places-offered';
    form.appendChild(list);
    box.setAttribute('list', list.id);
    box.addEventListener('input', function () {
      clearTimeout(timer);
      if (box.value.length < 2) return;
      timer = setTimeout(function () {
        fetch('/api/places?q=' + encodeURIComponent(box.value), { credentials: 'same-origin' }).then(function (reply) {
          return reply.json();
        }).then(function (found) {
          list.textContent = '';
          found.places.forEach(function (place) {
            var option = document.createElement('option');
            option.value = place.name;
            option.label = place.label + ' ' + place.code;
            list.appendChild(option);
          });
        }).catch(function () { list.textContent = ''; });
      }, 150);
    });
  });

  /* ---- signing ---- */
  Array.prototype.forEach.call(document.querySelectorAll('[data-sign]'), function (box) {
    var form = box.closest('form'), field = box.querySelector('input[type=hidden]'), wide = 600, high = 200,
      canvas = document.createElement('canvas'), pen = canvas.getContext('2d'), path = field.value, points = 0, down = false;
    if (!pen) return;
    canvas.width = wide;
    canvas.height = high;
    canvas.className = 'sign-box';
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-labelledby', 'sign-l');
    box.insertBefore(canvas, field);
    box.hidden = false;
    form.querySelector('[data-sign-only]').hidden = false;
    pen.lineWidth = 3;
    pen.lineCap = pen.lineJoin = 'round';
    function at(e) {
      var r = canvas.getBoundingClientRect();
      function inside(v, most) { return Math.max(0, Math.min(most, Math.round(v))); }
      return [inside((e.clientX - r.left) * wide / r.width, wide), inside((e.clientY - r.top) * high / r.height, high)];
    }
    function add(letter, p) {
      if (points >= 1900 || path.length > 19000) return;
      points++;
      path += letter + p[0] + ' ' + p[1];
      if (letter === 'M') { pen.beginPath(); pen.moveTo(p[0], p[1]); }
      else { pen.lineTo(p[0], p[1]); pen.stroke(); }
      field.value = path;
    }
    (path.match(/[ML]\d+ \d+/g) || []).forEach(function (step, i) {
      if (i === 0) path = '';
      var p = step.slice(1).split(' ');
      add(step.charAt(0), [+p[0], +p[1]]);
    });
    canvas.addEventListener('pointerdown', function (e) {
      e.preventDefault();
      down = true;
      canvas.setPointerCapture(e.pointerId);
      add('M', at(e));
      form.querySelector('[name=way][value=drawn]').checked = true;
    });
    canvas.addEventListener('pointermove', function (e) { if (down) add('L', at(e)); });
    ['pointerup', 'pointercancel'].forEach(function (name) {
      canvas.addEventListener(name, function () {
        down = false;
        form.dispatchEvent(new Event('input')); /* a drawing is kept as typed words are */
      });
    });
    box.querySelector('[data-sign-clear]').addEventListener('click', function () {
      path = field.value = '';
      points = 0;
      pen.clearRect(0, 0, wide, high);
    });
  });

  /* ---- copying: a field's words, to be put into another system ---- */
  Array.prototype.forEach.call(document.querySelectorAll('button[data-copy]'), function (button) {
    var from = document.getElementById(button.dataset.copy);
    if (!from || !navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener('click', function () {
      navigator.clipboard.writeText(from.textContent).then(function () { button.classList.add('done'); });
    });
  });

  /* ---- finding ---- */
  Array.prototype.forEach.call(document.querySelectorAll('form[data-find]'), function (form) {
    var timer = 0, turn = 0;
    function find() {
      var mine = ++turn, body = new URLSearchParams(new FormData(form));
      fetch(form.action, { method: 'POST', body: body, credentials: 'same-origin', cache: 'no-store' }).then(function (reply) {
        return reply.ok ? reply.text() : '';
      }).then(function (text) {
        var found = new DOMParser().parseFromString(text, 'text/html').getElementById(form.dataset.find),
          here = document.getElementById(form.dataset.find);
        if (mine !== turn || !found || !here) return; /* a newer question is on its way */
        here.replaceChildren.apply(here, Array.prototype.slice.call(document.importNode(found, true).childNodes));
      }).catch(function () { /* no signal: the button still works */ });
    }
    form.addEventListener('input', function () {
      clearTimeout(timer);
      timer = setTimeout(find, 150);
    });
  });
}());
