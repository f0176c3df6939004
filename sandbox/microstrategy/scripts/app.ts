/**
 * The Library's application pages: opens an object with the frame's session, draws it (scripts/draw.ts), and answers
 * the SDK. Plain script text.
 */
export const appScript = `
(function () {
  "use strict";
  var boot = JSON.parse(document.getElementById("boot").textContent);
  var library = createLibrary(boot.path);
  var main = document.getElementById("main");
  var query = new URLSearchParams(location.search);
  // Builds of 2018 call the two parameters embed and freeLogin.
  var embedded = window.parent !== window && (query.get("app.embedded") || query.get("embed")) === "true";
  var freeLogin = query.get("auth.freeLogin") || query.get("freeLogin");

  /** Whether this frame came from the login page just before: pages of the contexts carry no other sign. */
  function justLoggedIn() {
    try { return Date.now() - Number(sessionStorage.getItem("portico.login") || 0) < 120000; } catch (blocked) { return false; }
  }
  var customLogin = freeLogin === "true" || (embedded && freeLogin === null && justLoggedIn());
  var showLogin = boot.login || (!boot.user && !customLogin);

  /** What is shown now. */
  var now = { target: boot.target, content: null, view: null, instanceId: "" };
  var sessionHandler = false;
  var lost = false;
  var minute = 0;

  function errorValue(status, body, title) {
    return {
      title: title,
      message: body.message || title,
      desc: body.message || title,
      errorCode: body.code || "",
      iServerErrorCode: body.iServerCode,
      statusCode: status,
      ticketId: body.ticketId || ""
    };
  }

  // ---------------------------------------------------------------- sessions

  function sessionLost() {
    if (lost) return;
    lost = true;
    document.body.removeAttribute("data-sandbox-user");
    child.raise("onSessionError", errorValue(401, {
      code: "ERR009", iServerCode: -2147206924, message: "The user's session has expired, please reauthenticate"
    }, "Session error"));
    // The SDK announces a session handler right after the handshake; give it that moment.
    setTimeout(afterLoss, 400);
  }

  /** With a handler the portal has a minute, without one the page says at once that it is over. */
  function afterLoss() {
    if (!lost || minute) return;
    if (sessionHandler) minute = setTimeout(toLogin, 60000);
    else loggedOut();
  }

  function toLogin() { location.replace(boot.path + "/auth/ui/loginPage?next=" + encodeURIComponent(location.href)); }

  function loggedOut() {
    now.view = null;
    notice("You are logged out", "Your session on the Library ended.", [["Log in again", toLogin]]);
  }

  /** The page notices the end of its session by asking now and then; asking is no use of the session. */
  function watch() {
    if (!library.token || lost) return;
    fetch(boot.base + "/sandbox/session", { headers: { "x-mstr-authtoken": library.token }, cache: "no-store" })
      .then(function (response) { return response.ok ? response.json() : { alive: true }; })
      .then(function (answer) { if (!answer.alive) sessionLost(); })
      .catch(function () { /* The service is away: nothing is known. */ });
  }
  setInterval(watch, 2500);

  /** A login in the page itself. What is open stays open for the same user, and is opened anew for another one. */
  function relogin(promise) {
    return promise.then(function (answer) {
      lost = false;
      clearTimeout(minute);
      minute = 0;
      return library.call("GET", "/app-content")
        .then(function (response) { return response.json(); })
        .then(function (body) {
          if (!now.view || now.content.user.username !== body.user.username) return open(now.target, now.content !== null);
          document.body.dataset.sandboxUser = body.user.username;
          return undefined;
        })
        .then(function () { return answer; });
    }).catch(function (error) { return child.refuse(error.message); });
  }

  // ---------------------------------------------------------------- opening

  function open(target, again) {
    now.target = target;
    main.setAttribute("aria-busy", "true");
    var address = target.objectId ? "/app-content/" + encodeURIComponent(target.projectId) + "/" + encodeURIComponent(target.objectId) : "/app-content";
    return library.call("GET", address)
      .then(function (response) {
        return response.json().catch(function () { return {}; }).then(function (body) {
          main.removeAttribute("aria-busy");
          if (response.ok) return show(body, target, again);
          if (response.status === 401) return sessionLost();
          return failed(response.status, body);
        });
      })
      .catch(function () {
        main.removeAttribute("aria-busy");
        failed(0, { code: "ERR0016", message: "The Library cannot be reached" });
      });
  }

  function failed(status, body) {
    document.body.removeAttribute("data-sandbox-item");
    child.raise("onError", errorValue(status, body, "Server error"));
    if (query.get("app.embedded.disableCustomErrorHandlerOnCreate") === "true") return popUp(body.message);
    notice("This cannot be opened", body.message || "The Library reported an error.", []);
  }

  function show(content, target, again) {
    now.content = content;
    now.instanceId = content.instanceId;
    document.body.dataset.sandboxUser = content.user.username;
    document.body.dataset.sandboxItem = content.id || "library";
    document.title = content.name + " | Portico sandbox";
    now.view = draw(main, content, {
      pageKey: target.pageKey,
      filters: again ? null : readFilters(),
      onPage: function (key) { document.body.dataset.sandboxPage = key; child.raise("onPageSwitched", { key: key }); },
      onFilters: function (info) { child.raise("onFilterUpdated", { filterInfo: info }); },
      onGraphics: function (value) { child.raise("onGraphicsSelected", value); },
      onOpen: function (item) { navigate({ projectId: item.projectId, objectId: item.id }); },
      onSelect: query.get("app.libraryItemSelectMode") ? function (items) { child.raise("onLibraryItemSelected", items); } : null
    });
    if (now.view.pageKey) document.body.dataset.sandboxPage = now.view.pageKey();
    else document.body.removeAttribute("data-sandbox-page");
    // The order that serves every build of the SDK.
    child.raise("onFetchDocumentStart", { pageType: content.pageType });
    if (content.kind === "dashboard") child.raise("onDossierConsumptionPageLoaded", { toc: structure() });
    if (content.kind === "library") child.raise("onLibraryPageLoaded");
    child.raise("onEmbedPageLoaded", { pageType: content.pageType });
    child.raise("onPageLoaded");
    if (content.instanceId) {
      child.raise("onDossierInstanceChanged", { projectId: content.projectId, dossierId: content.id, instanceId: content.instanceId });
      if (again) child.raise("onDossierInstanceIDChange", content.instanceId);
    }
    requestAnimationFrame(function () { child.raise("onPageRenderFinished"); layout(); });
  }

  function navigate(target) {
    child.raise("onEmbedLocationChanged");
    child.raise("onDossierInstanceChanged", { projectId: target.projectId, dossierId: target.objectId, instanceId: "" });
    var address = boot.app + (target.objectId ? "/" + target.projectId + "/" + target.objectId + (target.pageKey ? "/" + target.pageKey : "") : "");
    history.replaceState(null, "", address + location.search);
    return open(target, true);
  }

  function structure() {
    var active = now.view && now.view.pageKey ? now.view.pageKey() : null;
    return (now.content.chapters || []).map(function (chapter) {
      return {
        key: chapter.key, name: chapter.name,
        pages: chapter.pages.map(function (page) {
          return { key: page.key, name: page.name, link: chapter.key + "--" + page.key, isActive: active ? page.key === active : page === chapter.pages[0] };
        })
      };
    });
  }

  function readFilters() {
    try { return JSON.parse(query.get("dossier.filters") || "null"); } catch (broken) { return null; }
  }

  // ---------------------------------------------------------------- layout

  var width = 0;
  function layout() {
    var box = document.documentElement;
    if (box.clientWidth === width) return;
    width = box.clientWidth;
    child.raise("onLayoutChanged", {
      layoutMode: width < 640 ? 1 : 2,
      dimension: { height: Math.max(600, main.scrollHeight), width: width, offsetTop: 0 }
    });
  }
  window.addEventListener("resize", function () { if (now.content) layout(); });

  // ---------------------------------------------------------------- what the SDK may ask

  function shown() {
    if (!now.view) throw new Error("Nothing is open");
    return now.view;
  }
  function filterCall(change) {
    return function (param) {
      var view = shown();
      if (!view.setFilter) return child.refuse("This page has no filters");
      change(view, param || {});
      if (!param || !param.holdSubmit) view.applyFilters();
      return { valid: true };
    };
  }
  var select = filterCall(function (view, param) {
    view.setFilter((param.filterInfo || {}).key, [].concat(param.selections || param.selection || []));
  });
  var functions = {
    addSessionErrorHandler: function () { sessionHandler = true; afterLoss(); return { valid: true }; },
    removeSessionErrorHandler: function () { sessionHandler = false; return { valid: true }; },
    addCustomErrorHandler: function () { return { valid: true }; },
    removeCustomErrorHandler: function () { return { valid: true }; },
    isISessionAlive: function () { return library.resume(); },
    keepISessionAlive: function () {
      return library.call("PUT", "/api/sessions").then(function (response) { return response.status === 204; }, function () { return false; });
    },
    // The keep-alive timer multiplies the answer: it must be a bare number.
    getMaxSessionIdleTime: function () { return boot.idleSeconds; },
    loginWithIdentityToken: function (param) { return relogin(library.redeem(param && param.token)); },
    loginWithAuthToken: function (param) { return relogin(library.adopt(param && param.token)); },
    getDossierStructure: function () { return { valid: true, res: structure(), pageType: now.content.pageType }; },
    getDossierId: function () { return { valid: true, res: now.content.id }; },
    getDossierInstanceId: function () { return { valid: true, res: now.instanceId }; },
    getCurrentPageInfo: function () {
      return { valid: true, res: { key: shown().pageKey ? shown().pageKey() : null, projectId: now.content.projectId, objectId: now.content.id } };
    },
    getFilterList: function () { return { valid: true, res: shown().filterList ? shown().filterList() : [] }; },
    getCurrPageVizList: function () { return { valid: true, res: shown().visualizations ? shown().visualizations() : [] }; },
    goToPage: function (param) {
      var key = String((param && param.link) || "").split("--").pop();
      if (!shown().goToPage || !shown().goToPage(key)) return child.refuse("There is no page " + key);
      return { valid: true, message: "The page is open" };
    },
    navigateToPage: function (param) {
      if (!param || !param.objectId) return child.refuse("objectId is missing");
      var target = { projectId: param.projectId || now.target.projectId, objectId: param.objectId, pageKey: param.pageKey };
      setTimeout(function () { void navigate(target); }, 0);
      return { valid: true };
    },
    filterSelectAllAttributes: filterCall(function (view, param) { view.setFilter((param.filterInfo || {}).key, "all"); }),
    filterDeselectAllAttributes: filterCall(function (view, param) { view.setFilter((param.filterInfo || {}).key, []); }),
    filterSelectSingleAttribute: select,
    filterSelectMultiAttributes: select,
    filterSearchSingleAttribute: select,
    filterSearchMultiAttributes: select,
    filterClear: filterCall(function (view, param) { view.setFilter((param.filterInfo || {}).key, "all"); }),
    filterClearAll: filterCall(function (view) { view.clearFilters(); }),
    filterApplyAll: filterCall(function () { /* Applying is what filterCall does. */ }),
    selectVizElements: function () { return { valid: true }; },
    enableLibraryNavBar: function () { return { valid: true }; },
    setSideBarVisibility: function () { return { valid: true }; },
    getAllMyGroups: function () { return { valid: true, res: [] }; },
    getAllDefaultGroups: function () { return { valid: true, res: [] }; },
    askQuestion: function (param) {
      if (!shown().ask) return child.refuse("This page is no bot");
      shown().ask(typeof param === "string" ? param : (param || {}).question);
      return { valid: true };
    },
    showSuggestions: function () { return shown().ask ? { valid: true } : child.refuse("This page is no bot"); },
    selectDocumentLayouts: function (param) {
      var wanted = [].concat(param || [])[0];
      var key = wanted && typeof wanted === "object" ? wanted.layoutKey || wanted.key : wanted;
      return shown().goToPage && shown().goToPage(key) ? { valid: true } : child.refuse("There is no layout " + key);
    },
    showErrorMsg: function (param) { notice("This cannot be shown", (param && param.msg) || "", []); return { valid: true }; }
  };

  var child = createChild({ allowed: boot.allowed, silent: showLogin, functions: functions });

  // ---------------------------------------------------------------- start

  function notice(title, text, actions) { drawNotice(main, title, text, actions); }
  function popUp(text) { drawPopUp(document.body, text); }

  if (showLogin) drawLogin(main, boot, library);
  else if (!boot.user) { notice("You are logged out", "Your session on the Library ended.", []); sessionLost(); }
  else library.resume().then(function (alive) { return alive ? open(now.target, false) : sessionLost(); });
})();
`;
