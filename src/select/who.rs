//! The names of the identity that acted.

use crate::event::Event;

/// Every name of the actor, until `each` returns `true`: access key, user name, session name, ARN, role
/// name and ARN, principal id with and without the session after it, the service if it acted itself.
pub(super) fn each_name(event: &Event<'_>, each: &mut dyn FnMut(&str) -> bool) {
    if event.access_key_id().is_some_and(|key| each(&key.to_str()))
        || event.username().is_some_and(|name| each(&name))
    {
        return;
    }
    let Some(who) = event.identity() else { return };
    // If there is an ARN, the service only forwarded the call.
    let is_service = who.arn.is_none() || who.kind.is_some_and(|kind| kind.eq_str("AWSService"));
    let service = who.invoked_by.filter(|_| is_service);
    let plain = [who.arn, who.user_name, who.principal_id, service];
    if plain.into_iter().flatten().any(|text| each(&text.to_str())) {
        return;
    }
    let role_id = who.principal_id.map(|id| id.to_str());
    let role_id = role_id
        .as_deref()
        .and_then(|id| id.split_once(':'))
        .map(|(role, _)| role);
    if role_id.is_some_and(&mut *each) || who.session().is_some_and(|name| each(&name)) {
        return;
    }
    if who.is_role_session() {
        let _ = who.role_name().is_some_and(|name| each(&name))
            || who.role_arn().is_some_and(|arn| each(&arn));
    }
}
