"""The metadata registry 数据元注册 (ISO/IEC 11179-6): registered elements, who uses them, how well columns keep to them, documents in the making."""
