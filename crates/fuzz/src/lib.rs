//! What the fuzz targets share: how bytes become a model, and what holds of every reading and every report.

pub mod inert;
pub mod model;
pub mod reading;
